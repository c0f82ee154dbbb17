using System.Buffers.Binary;
using Weir.Datapath.Abi;
using Weir.Datapath.Model;
using Weir.Model;

namespace Weir.Kernel.Model;

/// <summary>A connection's every field in words, the kernel's and the model's alike.</summary>
internal static class ConnectionText
{
    public static string Of(ConnectionAbi c) => Write(
        c.SeenNs, c.ReportedNs, c.Packets, c.Bytes, c.ReplyPackets, c.ReplyBytes,
        c.Frontend.ToAddress(), BinaryPrimitives.ReverseEndianness(c.FrontendPort), (ConnectionMarks)c.Flags,
        c.SrcIdentity, c.DstIdentity, c.SrcEndpoint, c.DstEndpoint, c.EgressTable, c.IngressTable, c.EgressRule, c.IngressRule,
        c.Match, c.Reason, c.EventFlags);

    public static string Of(Connection c) => Write(
        c.SeenNs, c.ReportedNs, c.Packets, c.Bytes, c.ReplyPackets, c.ReplyBytes,
        c.Frontend, c.FrontendPort, c.Marks,
        c.SourceIdentity, c.DestinationIdentity, c.SourceEndpoint, c.DestinationEndpoint, c.EgressTable, c.IngressTable, c.EgressRule, c.IngressRule,
        c.Match, c.Reason, c.EventFlags);

    private static string Write(
        ulong seen, ulong reported, ulong packets, ulong bytes, ulong replyPackets, ulong replyBytes,
        IpAddress frontend, ushort frontendPort, ConnectionMarks marks,
        uint fromIdentity, uint toIdentity, uint fromEndpoint, uint toEndpoint, uint egressTable, uint ingressTable, uint egressRule, uint ingressRule,
        byte match, byte reason, byte flags) =>
        $"[{marks}] seen {seen} reported {reported} packets {packets}/{replyPackets} bytes {bytes}/{replyBytes} frontend {frontend} {frontendPort} "
        + $"identities {fromIdentity}>{toIdentity} endpoints {fromEndpoint}>{toEndpoint} tables {egressTable}>{ingressTable} rules {egressRule}>{ingressRule} "
        + $"match {match:x2} reason {reason} flags {flags:x2}";
}
