using System.Buffers;
using Google.Protobuf;

namespace Weir.Observe.Wire;

/// <summary>One <c>GetFlowsResponse</c> as it is on the wire, with as little read from it as a relay needs.</summary>
/// <remarks>
/// A relay hands on what nodes say without taking it apart, and a node writes its flows without building messages: both
/// cost a few hundred nanoseconds a flow instead of several thousand.
/// </remarks>
public sealed class FlowFrame
{
    private const int FlowField = 1, NodeField = 1000, TimeField = 1001;
    private byte[]? _rented;

    /// <summary>The message's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; internal set; }

    /// <summary>When it was seen: nanoseconds since 1970; 0 where it says nothing.</summary>
    public long TimeNanoseconds { get; internal set; }

    /// <summary>Whether it holds a flow, and not news of a node or of a loss.</summary>
    public bool IsFlow { get; private set; }

    /// <summary>Reads a frame off the wire; its bytes are rented until <see cref="Release"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such message.</exception>
    public static FlowFrame Read(ReadOnlySequence<byte> payload)
    {
        var length = checked((int)payload.Length);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(rented);
        var frame = new FlowFrame { _rented = rented, Bytes = rented.AsMemory(0, length) };
        var fields = new WireFields(rented.AsSpan(0, length));
        while (fields.TryNext(out var field, out _, out var value))
        {
            if (field == FlowField) frame.IsFlow = true;
            else if (field == TimeField) frame.TimeNanoseconds = ReadTime(value);
        }

        return fields.IsWhole ? frame : throw new InvalidDataException("A node's answer is no GetFlowsResponse.");
    }

    /// <summary>A frame of a message that was built.</summary>
    public static FlowFrame Of(Observers.GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new FlowFrame
        {
            Bytes = response.ToByteArray(),
            IsFlow = response.Flow is not null,
            TimeNanoseconds = response.Time is { } time ? (time.Seconds * 1_000_000_000) + time.Nanos : 0,
        };
    }

    /// <summary>The name of the node that says it, as UTF-8; empty where it says none.</summary>
    internal ReadOnlySpan<byte> NodeName()
    {
        var fields = new WireFields(Bytes.Span);
        while (fields.TryNext(out var field, out _, out var value))
        {
            if (field == NodeField) return value;
        }

        return default;
    }

    /// <summary>Gives the bytes back; the frame is used no more.</summary>
    public void Release()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        (_rented, Bytes) = (null, default);
    }

    private static long ReadTime(ReadOnlySpan<byte> timestamp)
    {
        long seconds = 0, nanoseconds = 0;
        var fields = new WireFields(timestamp);
        while (fields.TryNext(out var field, out var number, out _))
        {
            if (field == 1) seconds = (long)number;
            else if (field == 2) nanoseconds = (long)number;
        }

        return (seconds * 1_000_000_000) + nanoseconds;
    }
}
