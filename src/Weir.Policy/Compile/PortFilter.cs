using Weir.Policy.Compile.Selectors;
using Weir.Policy.Rules;

namespace Weir.Policy.Compile;

/// <summary>A protocol and one range of ports, and what is decided there for each selector.</summary>
internal sealed class PortFilter(PortRange range, IReadOnlyList<PortKey> keys)
{
    public PortRange Range { get; } = range;

    /// <summary>The keys that together are the range.</summary>
    public IReadOnlyList<PortKey> Keys { get; } = keys;

    /// <summary>By selector; in the order in which rules brought them.</summary>
    public Dictionary<string, (PeerSelector Selector, PeerPolicy Policy)> Peers { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether anything on the range goes to a proxy.</summary>
    public bool Redirects => Peers.Values.Any(p => p.Policy.Action == PolicyAction.Redirect);

    public PeerPolicy For(PeerSelector selector)
    {
        if (!Peers.TryGetValue(selector.Key, out var found)) Peers[selector.Key] = found = (selector, new PeerPolicy());
        return found.Policy;
    }
}
