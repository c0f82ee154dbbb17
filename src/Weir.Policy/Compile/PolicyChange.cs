using Weir.Model;
using Weir.Policy.Documents;

namespace Weir.Policy.Compile;

/// <summary>What a change of policies, services or groups did.</summary>
/// <param name="Revision">The generation that is now in force.</param>
/// <param name="Problems">Why a policy was refused; empty where it was accepted. Then nothing changed.</param>
/// <remarks>Write in this order: the entries of <see cref="Updates"/>, then <see cref="Added"/> into the ipcache, then the policies of affected endpoints, then take <see cref="Removed"/> out.</remarks>
public sealed record PolicyChange(ulong Revision, IReadOnlyList<PolicyProblem> Problems)
{
    /// <summary>Ranges that now have an identity, to be written to the ipcache.</summary>
    public IReadOnlyList<LocalIdentity> Added { get; init; } = [];

    /// <summary>Ranges that no longer have this identity; a range may be in both lists, with a new number.</summary>
    public IReadOnlyList<LocalIdentity> Removed { get; init; } = [];

    /// <summary>What the new identities change for policies that stay.</summary>
    public IReadOnlyList<PolicyUpdate> Updates { get; init; } = [];

    /// <summary>Whether the policy of an endpoint with these labels may have changed: resolve it again.</summary>
    public Func<LabelSet, bool> Affects { get; init; } = _ => false;

    /// <summary>Whether the change was made.</summary>
    public bool IsAccepted => Problems.Count == 0;
}
