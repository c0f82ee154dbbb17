using System.Net;

namespace Weir.Proxy.Http;

/// <summary>The connections between one pod and one destination that wait for a request. Never given to another pod.</summary>
internal sealed class UpstreamGroup(IPAddress source, IPEndPoint destination, HttpLimits limits, TimeProvider time) : IDisposable
{
    private readonly List<Upstream> _waiting = [];
    private readonly Lock _lock = new();
    private bool _closed;

    public IPAddress Source { get; } = source;

    public IPEndPoint Destination { get; } = destination;

    /// <summary>How many client connections use the group; counted by the pool.</summary>
    public int Users { get; set; }

    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _waiting.Count == 0;
        }
    }

    /// <summary>Takes the connection that was used last.</summary>
    /// <param name="repeatable">Whether the request may be sent again where the server closes at that moment.</param>
    /// <returns>Null where a new one must be made.</returns>
    public Upstream? TryTake(bool repeatable)
    {
        while (true)
        {
            Upstream upstream;
            lock (_lock)
            {
                if (_waiting.Count == 0) return null;
                upstream = _waiting[^1];
                if (!repeatable && time.GetElapsedTime(upstream.Since) > limits.PooledIdleForUnsafe) return null;
                _waiting.RemoveAt(_waiting.Count - 1);
            }

            // What cannot be sent twice asks the kernel itself: what it has may not have reached us yet.
            if (!upstream.HasNews && (repeatable || !upstream.Wire.HasInput)) return upstream;
            upstream.Close(time);
        }
    }

    /// <summary>Keeps a connection whose answer was read to its end.</summary>
    public void Give(Upstream upstream)
    {
        upstream.IsUsed = true;
        upstream.Since = time.GetTimestamp();
        upstream.Rest();
        lock (_lock)
        {
            if (!_closed && _waiting.Count < limits.MaxPooled)
            {
                _waiting.Add(upstream);
                return;
            }
        }

        upstream.Close(time);
    }

    /// <summary>Closes those that have waited for too long.</summary>
    public void CloseIdle()
    {
        List<Upstream>? old = null;
        lock (_lock)
        {
            var count = _waiting.FindIndex(u => time.GetElapsedTime(u.Since) <= limits.PooledIdle && !u.HasNews);
            if (count < 0) count = _waiting.Count;
            if (count == 0) return;
            old = _waiting.GetRange(0, count);
            _waiting.RemoveRange(0, count);
        }

        foreach (var upstream in old) upstream.Close(time);
    }

    /// <summary>Closes what waits; what is in use is closed when it is given back.</summary>
    public void Dispose()
    {
        Upstream[] waiting;
        lock (_lock)
        {
            _closed = true;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var upstream in waiting) upstream.Close(time);
    }
}
