namespace Weir.Policy.Compile;

/// <summary>What an entry of a decision table does. A higher number beats a lower one.</summary>
public enum PolicyAction : byte
{
    /// <summary>Lets the packet pass.</summary>
    Allow = 1,

    /// <summary>Hands the packet to a proxy.</summary>
    Redirect = 2,

    /// <summary>Drops the packet.</summary>
    Deny = 3,
}
