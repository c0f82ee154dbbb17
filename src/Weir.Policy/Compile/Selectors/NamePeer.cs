using Weir.Policy.Rules;

namespace Weir.Policy.Compile.Selectors;

/// <summary>Peers by a name that their address was learned for. No identity matches: the datapath knows addresses' names apart.</summary>
internal sealed class NamePeer(NamePattern names) : PeerSelector
{
    public NamePattern Names { get; } = names;

    public override string Key { get; } = $"N {(names.IsPattern ? "~" : "=")}{names.Text}";

    public override bool Matches(PeerIdentity identity) => false;
}
