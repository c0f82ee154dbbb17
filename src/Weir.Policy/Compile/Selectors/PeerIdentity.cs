using Weir.Model;

namespace Weir.Policy.Compile.Selectors;

/// <summary>An identity as selectors see it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Prefix">The addresses that it stands for; null for anything but a local identity.</param>
internal sealed record PeerIdentity(uint Id, LabelSet Labels, IpPrefix? Prefix = null);
