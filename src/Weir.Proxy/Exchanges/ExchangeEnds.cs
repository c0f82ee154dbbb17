using Weir.Model;

namespace Weir.Proxy.Exchanges;

/// <summary>Between whom an exchange is, as the connection was opened: also of a response, the client is who asked.</summary>
/// <param name="Endpoint">The endpoint of this node whose policy was asked.</param>
/// <param name="Direction">Which side of its policy: egress where the endpoint is the client.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Client">The client's address.</param>
/// <param name="ClientPort">The client's port.</param>
/// <param name="Server">The original destination, after service translation.</param>
/// <param name="ServerPort">Its port.</param>
/// <param name="PeerIdentity">The identity that the datapath takes the side that is not the endpoint for.</param>
public readonly record struct ExchangeEnds(
    uint Endpoint, TrafficDirection Direction, IpProtocol Protocol, IpAddress Client, ushort ClientPort, IpAddress Server, ushort ServerPort, uint PeerIdentity);
