namespace Weir.Policy.Compile.Selectors;

/// <summary>Anyone.</summary>
internal sealed class AnyPeer : PeerSelector
{
    public static AnyPeer Instance { get; } = new();

    public override string Key => "*";

    public override bool Matches(PeerIdentity identity) => true;
}
