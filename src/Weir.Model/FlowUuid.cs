using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Weir.Model;

/// <summary>The name of one flow in the whole cluster, made of what is stored anyway, so that nobody has to store it.</summary>
public static class FlowUuid
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>A version 8 UUID (RFC 9562 §5.8) of when, where and as which the flow was seen.</summary>
    /// <param name="flow">The flow; its time counts in hundreds of nanoseconds, as far as every store keeps it.</param>
    public static Guid Of(in Flow flow)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, flow.TimeNanoseconds / 100);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (ulong)flow.Sequence ^ ((ulong)NodeHash(flow.NodeName) << 32));
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The node's part of a UUID: FNV-1a over the name's UTF-16, the same in every process.</summary>
    public static uint NodeHash(string? node)
    {
        var hash = FnvOffset;
        foreach (var part in MemoryMarshal.AsBytes(node.AsSpan())) hash = (hash ^ part) * FnvPrime;
        return (uint)hash;
    }
}
