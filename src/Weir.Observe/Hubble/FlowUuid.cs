using System.Buffers.Binary;
using Weir.Model;

namespace Weir.Observe.Hubble;

/// <summary>A flow's own identifier: the same wherever and whenever the same flow is read.</summary>
/// <remarks>
/// Made of the time and of what tells two flows of one moment apart, so that it need not be stored, and a flow that was
/// saved to a file keeps its own. Version 8 of RFC 9562 §5.8: 64 bits of time, then a hash (FNV-1a), less the six fixed bits.
/// </remarks>
public static class FlowUuid
{
    /// <summary>The identifier.</summary>
    public static Guid Of(in Flow flow)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, flow.TimeNanoseconds);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], HashOf(flow));

        // The version's four bits would hide bits of the time that change every microsecond: they are kept in the hash.
        bytes[15] ^= bytes[6];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static ulong HashOf(in Flow flow)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in flow.NodeName ?? "") Add(ref hash, c);
        Add(ref hash, flow.SourceAddress.High);
        Add(ref hash, flow.SourceAddress.Low);
        Add(ref hash, flow.DestinationAddress.High);
        Add(ref hash, flow.DestinationAddress.Low);
        Add(ref hash, ((ulong)flow.SourcePort << 48) | ((ulong)flow.DestinationPort << 32) | ((ulong)flow.Protocol << 16) | (byte)flow.TcpFlags);
        Add(ref hash, ((ulong)flow.Kind << 48) | ((ulong)flow.Verdict << 40) | ((ulong)flow.DropReason << 32) | ((ulong)flow.Direction << 24)
            | ((ulong)flow.Point << 16) | (flow.IsReply switch { null => 2u, true => 1u, _ => 0u }));

        // The low bits of a multiplication's result are the weakest.
        return hash ^ (hash >> 29);
    }

    private static void Add(ref ulong hash, ulong value)
    {
        hash = (hash ^ value) * 1099511628211UL;
        hash ^= hash >> 32;
    }
}
