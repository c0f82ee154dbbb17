using Weir.Model;
using Weir.Observe.Enrich;

namespace Weir.Observe.Metrics;

/// <summary>Which series belong to which pod, and since when a pod is gone.</summary>
internal sealed class PodSeries
{
    private readonly Dictionary<(string Namespace, string Pod), HashSet<(FlowFamily Family, string Key)>> _series = [];
    private readonly Dictionary<(string Namespace, string Pod), DateTimeOffset> _gone = [];

    /// <summary>Notes that a series goes with a pod.</summary>
    public void Add(Endpoint pod, FlowFamily family, string key)
    {
        if (!_series.TryGetValue((pod.Namespace, pod.PodName), out var all)) _series[(pod.Namespace, pod.PodName)] = all = [];
        all.Add((family, key));
    }

    /// <summary>Takes out the series of pods that have been gone long enough.</summary>
    /// <param name="directory">The pods that there are.</param>
    /// <param name="now">The time.</param>
    /// <param name="linger">How long a pod's series outlive it.</param>
    /// <returns>Whether any series was taken out.</returns>
    public bool Sweep(DirectorySnapshot directory, DateTimeOffset now, TimeSpan linger)
    {
        var there = directory.ByAddress.Values.Where(e => e.PodName.Length > 0).Select(e => (e.Namespace, e.PodName)).ToHashSet();
        var removed = false;
        foreach (var pod in _series.Keys.ToList())
        {
            if (there.Contains(pod))
            {
                _gone.Remove(pod);
            }
            else if (!_gone.TryGetValue(pod, out var since))
            {
                _gone[pod] = now;
            }
            else if (now - since >= linger)
            {
                foreach (var (family, key) in _series[pod]) removed |= family.Remove(key);
                _series.Remove(pod);
                _gone.Remove(pod);
            }
        }

        return removed;
    }
}
