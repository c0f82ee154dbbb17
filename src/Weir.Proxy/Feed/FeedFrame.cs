using System.Buffers.Binary;

namespace Weir.Proxy.Feed;

/// <summary>What a frame between agent and proxy is. A kind that a reader does not know is skipped.</summary>
public enum FrameKind : byte
{
    /// <summary>Both ways, first: <see cref="FeedHello"/> as JSON.</summary>
    Hello = 1,

    /// <summary>Agent to proxy: <see cref="FeedUpdate"/> as JSON.</summary>
    Update = 2,

    /// <summary>Proxy to agent: <see cref="FeedAck"/> as JSON, once the update is in force.</summary>
    Ack = 3,

    /// <summary>Proxy to agent: one exchange, as <see cref="Exchanges.ExchangeRecord"/> has it.</summary>
    Exchange = 4,

    /// <summary>Proxy to agent: how many exchanges were lost since the proxy started, 8 bytes, little-endian.</summary>
    Lost = 5,
}

/// <summary>The framing of the feed: length of the payload (4 bytes, little-endian), kind (1 byte), payload. <see cref="FeedReader"/> reads it.</summary>
public static class FeedFrame
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderLength = 5;

    /// <summary>The longest payload that is taken: 256 MiB. More is a fault of the writer.</summary>
    public const int LongestPayload = 256 << 20;

    /// <summary>Writes one frame.</summary>
    public static async Task WriteAsync(Stream stream, FrameKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var frame = new byte[HeaderLength + payload.Length];
        WriteHeader(frame, kind, payload.Length);
        payload.CopyTo(frame.AsMemory(HeaderLength));
        await stream.WriteAsync(frame, cancellation);
    }

    internal static void WriteHeader(Span<byte> frame, FrameKind kind, int payloadLength)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, payloadLength);
        frame[4] = (byte)kind;
    }
}
