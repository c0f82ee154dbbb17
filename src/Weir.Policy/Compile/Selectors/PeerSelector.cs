namespace Weir.Policy.Compile.Selectors;

/// <summary>Which peers one part of a rule is about.</summary>
internal abstract class PeerSelector
{
    /// <summary>A text that is equal exactly for selectors that mean the same by the same words.</summary>
    public abstract string Key { get; }

    /// <summary>Whether the identity is meant.</summary>
    public abstract bool Matches(PeerIdentity identity);
}
