using System.Buffers.Binary;
using System.Text;

namespace Weir.Protocols.Tls;

/// <summary>Reads the server's name (SNI) from what a TLS client says first, without taking part in the handshake (RFC 8446 §4.1.2, RFC 6066 §3).</summary>
/// <remarks>
/// A ClientHello may be spread over records, and records over segments. With Encrypted ClientHello the outer name is read: that is the one that a
/// policy can know.
/// </remarks>
public static class ClientHello
{
    /// <summary>The longest ClientHello that is read, in bytes, without the records' headers; post-quantum key shares take 2 KB.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>The longest name.</summary>
    public const int MaxName = 253;

    private const int RecordHeader = 5;
    private const int MaxRecord = 1 << 14;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const ushort ServerNameExtension = 0;

    /// <summary>Reads the name.</summary>
    /// <param name="stream">The connection's first bytes.</param>
    /// <param name="name">The name, lower case, without a last dot; empty where the client names no server.</param>
    /// <returns><see cref="TlsFault.None"/>, <see cref="TlsFault.Incomplete"/> where more bytes are needed, or what is wrong. Never throws.</returns>
    public static TlsFault ReadServerName(ReadOnlySpan<byte> stream, out string name)
    {
        name = "";
        Span<byte> joined = stackalloc byte[MaxLength];
        if (Join(stream, joined, out var length) is not TlsFault.None and var fault) return fault;
        return ReadHello(joined[4..length], out name);
    }

    /// <summary>Puts the records' contents together until the message is whole.</summary>
    private static TlsFault Join(ReadOnlySpan<byte> stream, Span<byte> joined, out int length)
    {
        length = 0;
        var needed = 4;
        while (true)
        {
            if (stream.Length > 0 && stream[0] != HandshakeRecord) return TlsFault.NotTls;
            if (stream.Length > 1 && stream[1] != 3) return TlsFault.NotTls; // every version says 3.x here
            if (stream.Length < RecordHeader) return TlsFault.Incomplete;
            int record = BinaryPrimitives.ReadUInt16BigEndian(stream[3..]);
            if (record is 0 or > MaxRecord) return TlsFault.Malformed;
            var part = stream[RecordHeader..];
            part = part[..Math.Min(record, part.Length)];
            if (length + part.Length > joined.Length) part = part[..(joined.Length - length)];
            part.CopyTo(joined[length..]);
            length += part.Length;
            if (length > 0 && joined[0] != ClientHelloMessage) return TlsFault.NotClientHello;
            if (length >= 4)
            {
                needed = 4 + ((joined[1] << 16) | (joined[2] << 8) | joined[3]);
                if (needed > MaxLength) return TlsFault.TooLarge;
            }

            if (length >= needed && needed > 4)
            {
                length = needed;
                return TlsFault.None;
            }

            if (length >= 4 && needed == 4) return TlsFault.Malformed;
            if (stream.Length < RecordHeader + record) return TlsFault.Incomplete;
            stream = stream[(RecordHeader + record)..];
        }
    }

    private static TlsFault ReadHello(ReadOnlySpan<byte> hello, out string name)
    {
        name = "";

        // Version, random, session id, cipher suites, compression methods.
        if (hello.Length < 34) return TlsFault.Malformed;
        hello = hello[34..];
        if (!Skip(ref hello, 1) || !Skip(ref hello, 2) || !Skip(ref hello, 1)) return TlsFault.Malformed;
        if (hello.IsEmpty) return TlsFault.None; // TLS 1.0 without extensions
        if (!Take(ref hello, 2, out var extensions) || !hello.IsEmpty) return TlsFault.Malformed;
        var seen = false;
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < 2) return TlsFault.Malformed;
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!Take(ref extensions, 2, out var body)) return TlsFault.Malformed;
            if (type != ServerNameExtension) continue; // GREASE and everything else
            if (seen) return TlsFault.Malformed;
            seen = true;
            if (ReadNames(body, out name) is not TlsFault.None and var fault) return fault;
        }

        return TlsFault.None;
    }

    private static TlsFault ReadNames(ReadOnlySpan<byte> body, out string name)
    {
        name = "";
        if (!Take(ref body, 2, out var list) || !body.IsEmpty || list.IsEmpty) return TlsFault.Malformed;
        while (!list.IsEmpty)
        {
            var type = list[0];
            list = list[1..];
            if (!Take(ref list, 2, out var value)) return TlsFault.Malformed;
            if (type != 0) continue;
            if (name.Length > 0) return TlsFault.Malformed; // two host names: which one the server takes is its guess
            if (value is [.., (byte)'.']) value = value[..^1];
            if (value.Length is 0 or > MaxName || !IsHostName(value)) return TlsFault.BadName;
            name = Encoding.ASCII.GetString(value).ToLowerInvariant();
        }

        return TlsFault.None;
    }

    private static bool IsHostName(ReadOnlySpan<byte> value)
    {
        foreach (var character in value)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'-' or (byte)'.' or (byte)'_')) return false;
        }

        return true;
    }

    private static bool Skip(ref ReadOnlySpan<byte> from, int lengthBytes) => Take(ref from, lengthBytes, out _);

    /// <summary>Takes a vector that starts with its length.</summary>
    private static bool Take(ref ReadOnlySpan<byte> from, int lengthBytes, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (from.Length < lengthBytes) return false;
        var length = lengthBytes == 1 ? from[0] : BinaryPrimitives.ReadUInt16BigEndian(from);
        if (from.Length < lengthBytes + length) return false;
        vector = from.Slice(lengthBytes, length);
        from = from[(lengthBytes + length)..];
        return true;
    }
}
