namespace Weir.Model;

/// <summary>One observed packet, connection summary or request, after enrichment and before any store or exporter.</summary>
/// <remarks>
/// A struct, so that the ring holds its flows without an allocation each; what it refers to is immutable and shared.
/// Pass it by <c>in</c>. Protobuf, JSON, columns and labels are made of it at the edges only.
/// </remarks>
public struct Flow
{
    /// <summary>When it was seen: nanoseconds since 1970-01-01 UTC.</summary>
    public long TimeNanoseconds { get; set; }

    /// <summary>Its number among the flows that the node has seen since its agent started.</summary>
    public long Sequence { get; set; }

    /// <summary>What the record tells.</summary>
    public FlowKind Kind { get; set; }

    /// <summary>The decision.</summary>
    public Verdict Verdict { get; set; }

    /// <summary>Why it was dropped; <see cref="DropReason.None"/> unless <see cref="Verdict.Dropped"/>.</summary>
    public DropReason DropReason { get; set; }

    /// <summary>From whose point of view.</summary>
    public TrafficDirection Direction { get; set; }

    /// <summary>Where it was seen.</summary>
    public ObservationPoint Point { get; set; }

    /// <summary>What connection tracking knew.</summary>
    public TraceReason Reason { get; set; }

    /// <summary>Whether it runs against the connection's opening; null where that is not known (drops).</summary>
    public bool? IsReply { get; set; }

    /// <summary>How much of the connection the deciding rule names.</summary>
    public PolicyMatch Match { get; set; }

    /// <summary>The transport protocol.</summary>
    public IpProtocol Protocol { get; set; }

    /// <summary>TCP flags seen: of this packet, or of all packets that a summary counts.</summary>
    public TcpFlags TcpFlags { get; set; }

    /// <summary>The sender's address.</summary>
    public IpAddress SourceAddress { get; set; }

    /// <summary>The receiver's address, after service translation.</summary>
    public IpAddress DestinationAddress { get; set; }

    /// <summary>The sender's port; for ICMP the type.</summary>
    public ushort SourcePort { get; set; }

    /// <summary>The receiver's port, after service translation; for ICMP the code.</summary>
    public ushort DestinationPort { get; set; }

    /// <summary>The service address that the sender used, before translation; none where there was no translation.</summary>
    public IpAddress FrontendAddress { get; set; }

    /// <summary>The service port that the sender used; 0 where there was no translation.</summary>
    public ushort FrontendPort { get; set; }

    /// <summary>The proxy's port, where it was redirected; else 0.</summary>
    public ushort ProxyPort { get; set; }

    /// <summary>The interface it was seen on; 0 where unknown.</summary>
    public uint InterfaceIndex { get; set; }

    /// <summary>The sender.</summary>
    public Endpoint Source { get; set; }

    /// <summary>The receiver.</summary>
    public Endpoint Destination { get; set; }

    /// <summary>The service that the sender's address stands for, where a service answers.</summary>
    public ServiceReference? SourceService { get; set; }

    /// <summary>The service that was addressed.</summary>
    public ServiceReference? DestinationService { get; set; }

    /// <summary>What decided on the sender's side; null where that side is not decided on this node.</summary>
    public RuleSet? EgressRules { get; set; }

    /// <summary>What decided on the receiver's side; null where that side is not decided on this node.</summary>
    public RuleSet? IngressRules { get; set; }

    /// <summary>The node's name.</summary>
    public string NodeName { get; set; }

    /// <summary>Packets in the direction of the record since the last record of the connection.</summary>
    public ulong Packets { get; set; }

    /// <summary>Bytes, IP headers included, in the direction of the record since the last record of the connection.</summary>
    public ulong Bytes { get; set; }

    /// <summary>Packets the other way since the last record of the connection.</summary>
    public ulong ReplyPackets { get; set; }

    /// <summary>Bytes the other way since the last record of the connection.</summary>
    public ulong ReplyBytes { get; set; }

    /// <summary>How many equal drops were counted but not reported since the last record of this one; 0 elsewhere.</summary>
    public uint Suppressed { get; set; }

    /// <summary>The DNS exchange of an <see cref="FlowKind.L7"/> record.</summary>
    public DnsExchange? Dns { get; set; }

    /// <summary>The HTTP exchange of an <see cref="FlowKind.L7"/> record.</summary>
    public HttpExchange? Http { get; set; }
}
