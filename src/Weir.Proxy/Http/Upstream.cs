using System.Diagnostics.CodeAnalysis;
using Weir.Protocols.Http;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>A connection to a server, in the name of one pod.</summary>
internal sealed class Upstream(Wire wire) : IDisposable
{
    private const int ResidentBytes = 4096;
    private static readonly TimeSpan _linger = TimeSpan.FromSeconds(1);

    private ValueTask<int> _awaited;
    private bool _isAwaited;

    public Wire Wire { get; } = wire;

    /// <summary>What was read from the server and not passed on yet.</summary>
    public WireBuffer Read { get; } = new(ResidentBytes);

    /// <summary>The response's head that was read last.</summary>
    public HttpHead Head { get; } = new();

    /// <summary>Whether it has answered a request before.</summary>
    public bool IsUsed { get; set; }

    /// <summary>When it was last given back, as a timestamp of the clock.</summary>
    public long Since { get; set; }

    /// <summary>Whether a connection that rests has bytes that nobody asked for, or its end: either way its next answer could not be trusted to be the next request's.</summary>
    public bool HasNews => _isAwaited && _awaited.IsCompleted;

    /// <summary>The connection waits for the next request: what comes before it is noticed without asking the kernel each time.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Kept until the request that takes the connection awaits it, once.")]
    public void Rest()
    {
        _isAwaited = true;
        try
        {
            _awaited = Wire.ReadAsync(Read.Room());
        }
        catch (Exception e) when (Wire.IsFault(e))
        {
            _awaited = new ValueTask<int>(0); // gone already
        }
    }

    /// <summary>Reads what comes next behind what was read; see <see cref="Read"/>.</summary>
    /// <returns>How many bytes; 0 where the server sends no more.</returns>
    public ValueTask<int> ReadAsync()
    {
        if (!_isAwaited) return Wire.ReadAsync(Read.Room());
        _isAwaited = false;
        return _awaited;
    }

    /// <summary>Closes a connection that rests: says that no more is coming, and gives the server a moment to do the same.</summary>
    public void Close(TimeProvider time)
    {
        if (!_isAwaited || _awaited.IsCompleted) Dispose();
        else _ = CloseAsync(time);
    }

    public void Abort()
    {
        Wire.Abort();
        Dispose();
    }

    public void Dispose()
    {
        Wire.Dispose();
        Read.Dispose();
    }

    /// <summary>Closing while the read waits would reset the connection.</summary>
    private async Task CloseAsync(TimeProvider time)
    {
        Task ended = ReadAsync().AsTask();
        Wire.EndWrites();
        await Task.WhenAny(ended, Task.Delay(_linger, time));
        Dispose();
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
