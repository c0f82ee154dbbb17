using Weir.Policy.Rules;

namespace Weir.Policy.Compile.Selectors;

/// <summary>Peers by their labels.</summary>
internal sealed class LabelPeer(LabelSelector selector) : PeerSelector
{
    public LabelSelector Selector { get; } = selector;

    public override string Key { get; } = "L " + selector.Key;

    public override bool Matches(PeerIdentity identity) => Selector.Matches(identity.Labels);

    /// <summary>The peers with one reserved label.</summary>
    public static LabelPeer Reserved(string name) =>
        new(new LabelSelector([new LabelRequirement(LabelNames.Reserved, name, LabelOperator.Exists, [])]));
}
