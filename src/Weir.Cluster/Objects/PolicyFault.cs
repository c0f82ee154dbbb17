namespace Weir.Cluster.Objects;

/// <summary>Why the newest version of a policy is not in force.</summary>
/// <param name="Refused">The version that was refused.</param>
/// <param name="Problems">What is wrong with it, one sentence each.</param>
/// <param name="HasOlder">Whether an older version is in force in its place; else the policy has no effect at all.</param>
public sealed record PolicyFault(PolicyDocument Refused, IReadOnlyList<string> Problems, bool HasOlder);
