using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile.Selectors;

/// <summary>Peers outside the cluster by their address: some ranges without others.</summary>
internal sealed class RangePeer(string name, IReadOnlyList<IpPrefix> ranges, IReadOnlyList<IpPrefix> except, bool dualStack) : PeerSelector
{
    public override string Key { get; } = except.Count == 0 ? "C " + name : $"C {name} - {string.Join(',', except)}";

    public override bool Matches(PeerIdentity identity)
    {
        // An identity stands for the part of its prefix that no longer prefix of another identity covers, and every range
        // and exception has an identity: so a prefix lies wholly inside a range, or wholly outside.
        if (identity.Prefix is { } inner)
        {
            foreach (var hole in except)
            {
                if (hole.Contains(inner)) return false;
            }
        }

        foreach (var range in ranges)
        {
            if (range.Length == 0 ? IsWorld(identity.Labels, range) : identity.Prefix is { } prefix && range.Contains(prefix)) return true;
        }

        return false;
    }

    // The range of everything has no identity of its own: it is the world.
    private bool IsWorld(LabelSet labels, IpPrefix range) =>
        labels.Find(LabelNames.Reserved, !dualStack ? "world" : range.Address.IsIPv4 ? "world-ipv4" : "world-ipv6") is not null;
}
