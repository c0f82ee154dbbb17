using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>What is remembered of a connection: <c>struct connection</c> of bpf/abi.h. "Source" is the opener.</summary>
internal sealed class Connection
{
    private const ulong Second = 1_000_000_000;
    private const ConnectionMarks FinBoth = ConnectionMarks.FinOpener | ConnectionMarks.FinReply;

    public ulong SeenNs { get; set; }

    public ulong ReportedNs { get; set; }

    public ulong Packets { get; set; }

    public ulong Bytes { get; set; }

    public ulong ReplyPackets { get; set; }

    public ulong ReplyBytes { get; set; }

    public IpAddress Frontend { get; set; }

    public ushort FrontendPort { get; set; }

    public ConnectionMarks Marks { get; set; }

    public uint SourceIdentity { get; set; }

    public uint DestinationIdentity { get; set; }

    public uint SourceEndpoint { get; set; }

    public uint DestinationEndpoint { get; set; }

    public uint EgressTable { get; set; }

    public uint IngressTable { get; set; }

    public uint EgressRule { get; set; }

    public uint IngressRule { get; set; }

    public byte Match { get; set; }

    public byte Reason { get; set; }

    public byte EventFlags { get; set; }

    /// <summary>Whether TCP is over: RST, or FIN both ways.</summary>
    public bool IsClosed => Has(ConnectionMarks.Rst) || (Marks & FinBoth) == FinBoth;

    public bool Has(ConnectionMarks mark) => (Marks & mark) != 0;

    /// <summary>Nanoseconds of silence after which the connection counts for nothing; as <c>connection_lifetime</c>.</summary>
    public ulong Lifetime(byte protocol)
    {
        if (protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6) return 30 * Second;
        if (protocol == TransportProtocol.Tcp && IsClosed) return 10 * Second;
        if (!Has(ConnectionMarks.Replied)) return 60 * Second;
        return protocol == TransportProtocol.Udp ? 180 * Second : 21_600 * Second;
    }

    /// <summary>Makes all fields those of another.</summary>
    public void CopyFrom(Connection other)
    {
        (SeenNs, ReportedNs, Packets, Bytes) = (other.SeenNs, other.ReportedNs, other.Packets, other.Bytes);
        (ReplyPackets, ReplyBytes) = (other.ReplyPackets, other.ReplyBytes);
        (Frontend, FrontendPort, Marks) = (other.Frontend, other.FrontendPort, other.Marks);
        (SourceIdentity, DestinationIdentity) = (other.SourceIdentity, other.DestinationIdentity);
        (SourceEndpoint, DestinationEndpoint) = (other.SourceEndpoint, other.DestinationEndpoint);
        (EgressTable, IngressTable, EgressRule, IngressRule) = (other.EgressTable, other.IngressTable, other.EgressRule, other.IngressRule);
        (Match, Reason, EventFlags) = (other.Match, other.Reason, other.EventFlags);
    }
}
