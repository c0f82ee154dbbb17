using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>Which packets an entry of a decision table is about: one peer, and a range of ports that share their first bits.</summary>
/// <param name="Peer">The peer's identity; <see cref="SecurityIdentity.Unknown"/> (0) is any peer.</param>
/// <param name="Protocol">The protocol; <see cref="IpProtocol.Any"/> (ICMP included) only with <paramref name="PortBits"/> 0.</param>
/// <param name="Port">The first destination port of the range; for ICMP the type, in the low byte.</param>
/// <param name="PortBits">How many leading bits of the port count: 16 is one port, 0 is every port.</param>
public readonly record struct PolicyKey(SecurityIdentity Peer, IpProtocol Protocol, ushort Port, byte PortBits);
