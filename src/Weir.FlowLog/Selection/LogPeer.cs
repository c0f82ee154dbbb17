using Weir.Model;

namespace Weir.FlowLog.Selection;

/// <summary>One end of a flow as a filter describes it: what is given must all fit; within a list, any item.</summary>
public sealed record LogPeer
{
    /// <summary><c>namespace/pod</c>, where the pod's part is a prefix; empty is every pod and everything else.</summary>
    public IReadOnlyList<PodPrefix> Pods { get; init; } = [];

    /// <summary>The labels; null selects by none, an empty selector selects everything that has labels.</summary>
    public LogLabels? Labels { get; init; }

    /// <summary>Addresses and ranges; empty is every address.</summary>
    public IReadOnlyList<IpPrefix> Addresses { get; init; } = [];

    /// <summary>Whether an end fits.</summary>
    /// <param name="endpoint">The end as far as it is known; null when nothing is.</param>
    /// <param name="address">Its address.</param>
    public bool Matches(Endpoint? endpoint, IpAddress address) =>
        MatchesPod(endpoint) && (Labels is null || Labels.Matches(endpoint)) && MatchesAddress(address);

    private bool MatchesPod(Endpoint? endpoint)
    {
        if (Pods.Count == 0) return true;
        if (endpoint is null || endpoint.PodName.Length == 0) return false;
        for (var i = 0; i < Pods.Count; i++)
        {
            if (Pods[i].Matches(endpoint.Namespace, endpoint.PodName)) return true;
        }

        return false;
    }

    private bool MatchesAddress(IpAddress address)
    {
        if (Addresses.Count == 0) return true;
        for (var i = 0; i < Addresses.Count; i++)
        {
            if (Addresses[i].Contains(address)) return true;
        }

        return false;
    }
}
