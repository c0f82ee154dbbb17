using System.Buffers;
using System.Buffers.Binary;
using Weir.Protocols.Http2;

namespace Weir.Proxy.Http2;

/// <summary>Frames that go out together.</summary>
internal sealed class FrameBatch : IDisposable
{
    private byte[] _bytes = [];
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Adds a frame as it is.</summary>
    public void Add(Frame frame, ReadOnlySpan<byte> payload)
    {
        var room = Room(Frame.HeaderLength + payload.Length);
        (frame with { Length = payload.Length }).Write(room);
        payload.CopyTo(room[Frame.HeaderLength..]);
        _length += Frame.HeaderLength + payload.Length;
    }

    /// <summary>Adds a frame whose payload is one number.</summary>
    public void Add(FrameType type, uint stream, uint number)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, number);
        Add(new Frame(0, type, 0, stream), payload);
    }

    /// <summary>Adds the end of the connection.</summary>
    public void AddGoAway(uint lastStream, uint error)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(payload, lastStream);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], error);
        Add(new Frame(0, FrameType.GoAway, 0, 0), payload);
    }

    /// <summary>Adds header fields in as many frames as they need, which nothing may come between.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="endsStream">Whether no body follows.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="changed">The field whose value is another one; -1 for none.</param>
    /// <param name="value">That value.</param>
    public void AddHeaders(uint stream, bool endsStream, HeaderList fields, int changed = -1, ReadOnlySpan<byte> value = default)
    {
        var most = 0;
        for (var i = 0; i < fields.Count; i++) most += HpackWriter.LengthOf(fields.Name(i), fields.Value(i));
        var block = ArrayPool<byte>.Shared.Rent(most + value.Length);
        var length = 0;
        for (var i = 0; i < fields.Count; i++)
            length += HpackWriter.Write(fields.Name(i), i == changed ? value : fields.Value(i), block.AsSpan(length));
        for (var at = 0; at == 0 || at < length; at += Frame.MaxLength)
        {
            var part = block.AsSpan(at, Math.Min(Frame.MaxLength, length - at));
            var flags = (byte)((at == 0 && endsStream ? Frame.EndStream : 0) | (at + part.Length >= length ? Frame.EndHeaders : 0));
            Add(new Frame(0, at == 0 ? FrameType.Headers : FrameType.Continuation, flags, stream), part);
        }

        ArrayPool<byte>.Shared.Return(block);
    }

    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public void Dispose() => Clear();

    private Span<byte> Room(int length)
    {
        if (_bytes.Length < _length + length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + length, 2 * _bytes.Length));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }
}
