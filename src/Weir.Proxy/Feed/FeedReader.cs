using System.Buffers.Binary;

namespace Weir.Proxy.Feed;

/// <summary>Reads frames off a stream, as many as one read brings: under load that is hundreds to a system call. One reader at a time.</summary>
/// <param name="stream">The stream; what was read too far belongs to this reader.</param>
public sealed class FeedReader(Stream stream)
{
    private const int UsualLength = 64 * 1024;

    private byte[] _buffer = new byte[UsualLength];
    private int _start, _end;

    /// <summary>Takes a frame that is here already.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="payload">Its payload, valid until the next call of <see cref="FillAsync"/> or <see cref="ReadAsync"/>.</param>
    /// <returns>False where none is here whole.</returns>
    /// <exception cref="InvalidDataException">The frame is longer than <see cref="FeedFrame.LongestPayload"/>.</exception>
    public bool TryTake(out FrameKind kind, out ReadOnlyMemory<byte> payload)
    {
        (kind, payload) = (default, default);
        if (LengthHere() is not { } length || _end - _start < length) return false;
        kind = (FrameKind)_buffer[_start + 4];
        payload = _buffer.AsMemory(_start + FeedFrame.HeaderLength, length - FeedFrame.HeaderLength);
        _start += length;
        return true;
    }

    /// <summary>Waits for more, once <see cref="TryTake"/> finds nothing whole; false at the end of the stream.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        MakeRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }

    /// <summary>Reads one frame; null at the end of the stream. Its payload is valid until the next call.</summary>
    /// <exception cref="InvalidDataException">The frame is longer than <see cref="FeedFrame.LongestPayload"/>.</exception>
    public async ValueTask<(FrameKind Kind, ReadOnlyMemory<byte> Payload)?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryTake(out var kind, out var payload)) return (kind, payload);
            if (!await FillAsync(cancellation)) return null;
        }
    }

    /// <summary>The length of the first frame with its header; null where not even the header is here.</summary>
    private int? LengthHere()
    {
        if (_end - _start < FeedFrame.HeaderLength) return null;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start));
        return length <= FeedFrame.LongestPayload
            ? FeedFrame.HeaderLength + (int)length
            : throw new InvalidDataException($"A frame of {length} bytes on proxy.sock; at most {FeedFrame.LongestPayload} are taken. The other side is no Weir of a known version.");
    }

    /// <summary>Moves what is here, less than the first frame, to the front of a buffer that it fits into; one that a long frame needed goes with it.</summary>
    private void MakeRoom()
    {
        var needed = Math.Max(LengthHere() ?? 0, UsualLength);
        var into = needed == _buffer.Length ? _buffer : new byte[needed];
        _buffer.AsSpan(_start, _end - _start).CopyTo(into);
        (_buffer, _start, _end) = (into, 0, _end - _start);
    }
}
