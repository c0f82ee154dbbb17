using System.Buffers.Binary;
using System.IO.Compression;

namespace Weir.Lab.Api.Streams.Spdy;

/// <summary>Decompresses a connection's header blocks: one zlib stream over all of them, with SPDY's dictionary before its start.</summary>
/// <remarks>
/// .NET's decompressor takes no dictionary. But to DEFLATE a dictionary is nothing else than earlier output: so it is first fed the
/// dictionary as a stored block, whose output is thrown away, and then the stream without zlib's own header.
/// </remarks>
internal sealed class SpdyInflater : IDisposable
{
    /// <summary>How long a header block may be: more than any client sends.</summary>
    public const int MostBytes = 64 * 1024;

    private const int ZlibHeader = 6; // CMF, FLG with FDICT, and the dictionary's Adler-32
    private readonly Feed _feed = new();
    private readonly DeflateStream _inflate;
    private bool _isBegun;

    public SpdyInflater()
    {
        _inflate = new DeflateStream(_feed, CompressionMode.Decompress);
        var dictionary = SpdyDictionary.Bytes;
        var block = new byte[5 + dictionary.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)dictionary.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~dictionary.Length);
        dictionary.CopyTo(block, 5);
        _feed.Bytes = block;
        _inflate.ReadExactly(new byte[dictionary.Length]);
    }

    /// <summary>The next block; null when it is broken or too long.</summary>
    public byte[]? Inflate(ReadOnlyMemory<byte> compressed)
    {
        if (!_isBegun)
        {
            if (compressed.Length < ZlibHeader || (compressed.Span[0] & 0x0F) != 8 || (compressed.Span[1] & 0x20) == 0) return null;
            compressed = compressed[ZlibHeader..];
            _isBegun = true;
        }

        _feed.Bytes = compressed;
        var block = new byte[MostBytes];
        var length = 0;
        try
        {
            while (length < block.Length && _inflate.Read(block, length, block.Length - length) is > 0 and var read) length += read;
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return length < block.Length ? block[..length] : null;
    }

    public void Dispose() => _inflate.Dispose();

    /// <summary>Gives out what there is, and then nothing for now.</summary>
    private sealed class Feed : MemoryStream
    {
        public ReadOnlyMemory<byte> Bytes { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var part = Bytes[..Math.Min(buffer.Length, Bytes.Length)];
            part.Span.CopyTo(buffer);
            Bytes = Bytes[part.Length..];
            return part.Length;
        }
    }
}
