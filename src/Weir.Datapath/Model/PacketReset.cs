using System.Buffers.Binary;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>Turns a TCP packet into the reset that answers it: bpf/reset.h.</summary>
internal static class PacketReset
{
    private const byte Fin = 0x01;
    private const byte Syn = 0x02;
    private const byte Rst = 0x04;
    private const byte Ack = 0x10;

    /// <summary>Rewrites the frame into a reset from where it was going, before translation, to its sender.</summary>
    /// <returns>The reset's length in bytes; it is never longer than the frame was.</returns>
    public static int Write(Span<byte> frame, ModelPacket packet)
    {
        var tcp = frame[packet.Header.TransportOffset..];
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        var acknowledged = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]);
        var payload = (uint)(tcp.Length - ((tcp[12] >> 4) * 4));
        var flags = tcp[13];
        var hasAck = (flags & Ack) != 0;
        var wire = packet.Wire;
        var spec = new PacketSpec
        {
            IsIPv4 = packet.Header.IsIPv4,
            DestinationMac = ReadMac(frame[6..]),
            SourceMac = ReadMac(frame),
            SourceHigh = wire.Destination.High,
            SourceLow = wire.Destination.Low,
            DestinationHigh = wire.Source.High,
            DestinationLow = wire.Source.Low,
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(tcp),
            TcpFlags = hasAck ? Rst : (byte)(Rst | Ack),
            Sequence = hasAck ? acknowledged : 0,
            Acknowledgement = hasAck ? 0 : sequence + payload + ((flags & Syn) != 0 ? 1u : 0) + ((flags & Fin) != 0 ? 1u : 0),
            Window = 0,
        };
        return PacketWriter.WriteFrame(frame, spec, []);
    }

    private static ulong ReadMac(ReadOnlySpan<byte> bytes) =>
        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
}
