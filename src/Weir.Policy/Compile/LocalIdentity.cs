using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>The identity of a range of addresses that policies name, on this node.</summary>
/// <param name="Prefix">The range: what no longer range covers has this identity.</param>
/// <param name="Identity">The number, from <see cref="SecurityIdentity.FirstLocal"/>; never used twice by one process.</param>
/// <param name="Labels">Its labels.</param>
public sealed record LocalIdentity(IpPrefix Prefix, SecurityIdentity Identity, LabelSet Labels);
