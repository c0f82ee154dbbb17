using System.Net;

namespace Weir.Hub.Ui.Session;

/// <summary>Slows down who guesses tokens: so many wrong ones from an address, then a wait.</summary>
/// <remarks>A right token is not asked for its address' past only while that is at its limit: else one guesser would lock out a whole proxy for ever.</remarks>
internal sealed class WrongTokens(TimeProvider time)
{
    /// <summary>Wrong tokens in a row before an address has to wait.</summary>
    public const int Allowed = 10;

    /// <summary>How long until one more try is given back.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(6);

    private const int MostAddresses = 10_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (double Used, long At)> _used = [];

    /// <summary>How long an address has to wait before its token is looked at; null when it need not.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        lock (_gate)
        {
            var used = Now(address);
            return used <= Allowed - 1 ? null : (used - Allowed + 1) * Refill;
        }
    }

    /// <summary>Notes a wrong token.</summary>
    public void Note(IPAddress address)
    {
        lock (_gate)
        {
            if (_used.Count >= MostAddresses) _used.Clear(); // a crowd of addresses is no guesser that this could slow down
            _used[address] = (Now(address) + 1, time.GetTimestamp());
        }
    }

    private double Now(IPAddress address) =>
        _used.TryGetValue(address, out var known) ? Math.Max(0, known.Used - (time.GetElapsedTime(known.At) / Refill)) : 0;
}
