using System.Buffers.Binary;
using Weir.Model;
using Weir.Proxy.Exchanges;

namespace Weir.Agent.Evidence;

/// <summary>Pairs the DNS proxy's questions with their answers, to tell how long pods wait. One thread.</summary>
/// <remarks>Bounded: with as many questions unanswered, all of them are forgotten.</remarks>
internal sealed class DnsStopwatch
{
    private const int MostWaiting = 8_192;

    private readonly Dictionary<(IpAddress Client, ushort Port, ushort Id), long> _asked = [];

    /// <summary>Takes a message; the time since its question, where it is an answer to one that is known.</summary>
    public TimeSpan? Take(in ExchangeRecord seen)
    {
        if (seen.Dns.Length < 2) return null;
        var key = (seen.Ends.Client, seen.Ends.ClientPort, BinaryPrimitives.ReadUInt16BigEndian(seen.Dns.Span));
        if (!seen.IsResponse)
        {
            if (_asked.Count >= MostWaiting) _asked.Clear();
            _asked[key] = seen.TimeNanoseconds;
            return null;
        }

        return _asked.Remove(key, out var asked) && seen.TimeNanoseconds >= asked ? TimeSpan.FromTicks((seen.TimeNanoseconds - asked) / 100) : null;
    }
}
