using System.Net;

namespace Weir.Proxy.Relay;

/// <summary>Bounds what all sources together, and each source alone, may hold. Any thread.</summary>
internal sealed class SourceQuota(int most, int mostPerSource)
{
    private readonly Dictionary<IPAddress, int> _held = [];
    private readonly Lock _lock = new();
    private int _total;

    /// <summary>Takes one place for <paramref name="source"/>; false if there is none left.</summary>
    public bool TryEnter(IPAddress source)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(source);
            if (_total >= most || held >= mostPerSource) return false;
            _total++;
            _held[source] = held + 1;
            return true;
        }
    }

    /// <summary>Gives back one place that was taken.</summary>
    public void Leave(IPAddress source)
    {
        lock (_lock)
        {
            _total--;
            if (--_held[source] == 0) _held.Remove(source);
        }
    }
}
