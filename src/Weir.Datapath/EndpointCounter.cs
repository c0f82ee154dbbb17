using Weir.Model;

namespace Weir.Datapath;

/// <summary>What passed or was dropped at an endpoint since it was attached; never loses, unlike events.</summary>
/// <param name="Endpoint">The endpoint's id.</param>
/// <param name="Direction">Seen from the endpoint.</param>
/// <param name="Verdict">Forwarded, redirected or dropped.</param>
/// <param name="Reason">Why it was dropped; none where it was not.</param>
/// <param name="Packets">Packets.</param>
/// <param name="Bytes">Bytes, IP headers included.</param>
public sealed record EndpointCounter(
    uint Endpoint, TrafficDirection Direction, Verdict Verdict, DropReason Reason, ulong Packets, ulong Bytes);
