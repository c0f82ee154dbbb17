using System.Buffers.Binary;

namespace Weir.Workloads.Resolve;

/// <summary>DNS over a stream: each message behind its length in 2 bytes, network order.</summary>
internal static class DnsStream
{
    /// <summary>Sends a question and reads the answer.</summary>
    public static async Task<byte[]> ExchangeAsync(Stream stream, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        await WriteAsync(stream, question, cancellation);
        return await ReadAsync(stream, cancellation) ?? throw new EndOfStreamException("The name server closed the connection without an answer.");
    }

    /// <summary>Reads one message; null at the stream's end.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[2];
        if (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, cancellation) < 2) return null;
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await stream.ReadExactlyAsync(message, cancellation);
        return message;
    }

    /// <summary>Writes one message.</summary>
    public static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var framed = new byte[message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed.AsMemory(2));
        await stream.WriteAsync(framed, cancellation);
    }
}
