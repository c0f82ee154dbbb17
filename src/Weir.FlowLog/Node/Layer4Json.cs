using System.Text.Json;
using Weir.Model;

namespace Weir.FlowLog.Node;

/// <summary>The field <c>l4</c>.</summary>
internal static class Layer4Json
{
    public static void Write(Utf8JsonWriter json, in Flow flow)
    {
        if (!(flow.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp or IpProtocol.Icmp or IpProtocol.IcmpV6)) return;
        json.WriteStartObject("l4"u8);
        switch (flow.Protocol)
        {
            case IpProtocol.Tcp:
                json.WriteStartObject("TCP"u8);
                WritePorts(json, flow);
                WriteFlags(json, flow.TcpFlags);
                break;
            case IpProtocol.Udp or IpProtocol.Sctp:
                json.WriteStartObject(flow.Protocol == IpProtocol.Udp ? "UDP"u8 : "SCTP"u8);
                WritePorts(json, flow);
                break;
            default:
                json.WriteStartObject(flow.Protocol == IpProtocol.Icmp ? "ICMPv4"u8 : "ICMPv6"u8);
                if (flow.SourcePort != 0) json.WriteNumber("type"u8, flow.SourcePort);
                if (flow.DestinationPort != 0) json.WriteNumber("code"u8, flow.DestinationPort);
                break;
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePorts(Utf8JsonWriter json, in Flow flow)
    {
        if (flow.SourcePort != 0) json.WriteNumber("source_port"u8, flow.SourcePort);
        if (flow.DestinationPort != 0) json.WriteNumber("destination_port"u8, flow.DestinationPort);
    }

    private static void WriteFlags(Utf8JsonWriter json, TcpFlags flags)
    {
        json.WriteStartObject("flags"u8);
        if ((flags & TcpFlags.Fin) != 0) json.WriteBoolean("FIN"u8, true);
        if ((flags & TcpFlags.Syn) != 0) json.WriteBoolean("SYN"u8, true);
        if ((flags & TcpFlags.Rst) != 0) json.WriteBoolean("RST"u8, true);
        if ((flags & TcpFlags.Psh) != 0) json.WriteBoolean("PSH"u8, true);
        if ((flags & TcpFlags.Ack) != 0) json.WriteBoolean("ACK"u8, true);
        if ((flags & TcpFlags.Urg) != 0) json.WriteBoolean("URG"u8, true);
        if ((flags & TcpFlags.Ece) != 0) json.WriteBoolean("ECE"u8, true);
        if ((flags & TcpFlags.Cwr) != 0) json.WriteBoolean("CWR"u8, true);
        json.WriteEndObject();
    }
}
