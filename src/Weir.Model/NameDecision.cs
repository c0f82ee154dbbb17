namespace Weir.Model;

/// <summary>What is decided about one port of the addresses of a set of names.</summary>
/// <param name="Action">1 allow, 2 redirect, 3 deny: the numbers of <c>PolicyAction</c>.</param>
/// <param name="Match">How much of the connection the deciding rules name.</param>
/// <param name="Rule">The rule id that the agent gave to what decided.</param>
public readonly record struct NameDecision(byte Action, PolicyMatch Match, uint Rule);

/// <summary>Which packets a <see cref="NameDecision"/> is about.</summary>
/// <param name="Table">The number of the decision table of the endpoint's egress.</param>
/// <param name="Set">The set of names, from 1.</param>
/// <param name="Protocol">The protocol; <see cref="IpProtocol.Any"/> only with <paramref name="PortBits"/> 0.</param>
/// <param name="Port">The first destination port; for ICMP the type.</param>
/// <param name="PortBits">How many leading bits of the port count: 16 is one port, 0 is every port.</param>
public readonly record struct NameDecisionKey(uint Table, uint Set, IpProtocol Protocol, ushort Port, byte PortBits);

/// <summary>An address that an endpoint knows by names.</summary>
/// <param name="Endpoint">The endpoint's number.</param>
/// <param name="Address">The address.</param>
/// <param name="Set">The set of names.</param>
public readonly record struct NamedAddress(uint Endpoint, IpAddress Address, uint Set);
