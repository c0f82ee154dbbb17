using System.Net;

namespace Weir.Proxy.Http;

/// <summary>The connections to servers that wait for a request, apart for each pair of pod and original destination.</summary>
internal sealed class UpstreamPool(HttpLimits limits, TimeProvider time) : IDisposable
{
    private readonly Dictionary<(IPAddress Source, IPEndPoint Destination), UpstreamGroup> _groups = [];
    private readonly Lock _lock = new();

    /// <summary>How many pairs there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _groups.Count;
        }
    }

    /// <summary>The group of a client connection, until <see cref="Leave"/>.</summary>
    public UpstreamGroup Enter(IPAddress source, IPEndPoint destination)
    {
        lock (_lock)
        {
            if (!_groups.TryGetValue((source, destination), out var group))
                _groups[(source, destination)] = group = new UpstreamGroup(source, destination, limits, time);
            group.Users++;
            return group;
        }
    }

    /// <summary>A client connection needs its group no more.</summary>
    public void Leave(UpstreamGroup group)
    {
        lock (_lock) group.Users--;
    }

    /// <summary>Closes what has waited for too long, and forgets pairs that nobody uses. Called now and then.</summary>
    public void CloseIdle()
    {
        lock (_lock)
        {
            foreach (var (pair, group) in _groups)
            {
                group.CloseIdle();
                if (group.Users > 0 || !group.IsEmpty) continue;
                _groups.Remove(pair);
                group.Dispose();
            }
        }
    }

    /// <summary>Closes the waiting connections of a pod that is gone, so that the next pod with its address does not speak by them.</summary>
    public void Forget(IPAddress source)
    {
        lock (_lock)
        {
            foreach (var (pair, group) in _groups)
            {
                if (!pair.Source.Equals(source)) continue;
                _groups.Remove(pair);
                group.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var group in _groups.Values) group.Dispose();
            _groups.Clear();
        }
    }
}
