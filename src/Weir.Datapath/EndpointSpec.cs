using Weir.Model;

namespace Weir.Datapath;

/// <summary>A pod's interface on this node.</summary>
/// <param name="Id">The node-local number, from 1 to 65535.</param>
/// <param name="InterfaceName">The host side of its veth.</param>
/// <param name="IPv4">Its IPv4 address; none (<see cref="IpAddress.IsNone"/>) where it has none.</param>
/// <param name="IPv6">Its IPv6 address; none where it has none.</param>
/// <param name="Identity">Its security identity; <see cref="SecurityIdentity.Init"/> until its labels are known.</param>
public sealed record EndpointSpec(uint Id, string InterfaceName, IpAddress IPv4, IpAddress IPv6, SecurityIdentity Identity);
