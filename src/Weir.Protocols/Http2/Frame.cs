using System.Buffers.Binary;

namespace Weir.Protocols.Http2;

/// <summary>The head of an HTTP/2 frame (RFC 9113 §4.1).</summary>
/// <param name="Length">The payload's bytes.</param>
/// <param name="Type">What it is; numbers beyond <see cref="FrameType"/> are extensions.</param>
/// <param name="Flags">What is special about it.</param>
/// <param name="Stream">The stream, 0 for the connection.</param>
public readonly record struct Frame(int Length, FrameType Type, byte Flags, uint Stream)
{
    /// <summary>The bytes of a frame's head.</summary>
    public const int HeaderLength = 9;

    /// <summary>The longest payload that everybody takes.</summary>
    public const int MaxLength = 16_384;

    /// <summary>The last frame of a message's body or fields.</summary>
    public const byte EndStream = 1;

    /// <summary>Of SETTINGS and PING: the answer.</summary>
    public const byte Ack = 1;

    /// <summary>The last frame of a header block.</summary>
    public const byte EndHeaders = 4;

    /// <summary>The payload starts with a length of padding.</summary>
    public const byte Padded = 8;

    /// <summary>Of HEADERS: five bytes about order come first.</summary>
    public const byte HasPriority = 0x20;

    /// <summary>What every client says first (RFC 9113 §3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Whether a flag is set.</summary>
    public bool Has(byte flag) => (Flags & flag) != 0;

    /// <summary>Reads a frame's head.</summary>
    /// <param name="bytes">At least <see cref="HeaderLength"/>.</param>
    public static Frame Read(ReadOnlySpan<byte> bytes) => new(
        (bytes[0] << 16) | (bytes[1] << 8) | bytes[2], (FrameType)bytes[3], bytes[4], BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) & 0x7FFF_FFFF);

    /// <summary>Writes the head.</summary>
    /// <param name="bytes">At least <see cref="HeaderLength"/>.</param>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ((uint)Length << 8) | (byte)Type);
        bytes[4] = Flags;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[5..], Stream);
    }

    /// <summary>Finds what a payload says between priority and padding.</summary>
    /// <returns>False where the padding is longer than the payload.</returns>
    public bool TryStrip(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> content)
    {
        content = payload;
        var padding = 0;
        if (Has(Padded))
        {
            if (content.IsEmpty) return false;
            padding = content[0];
            content = content[1..];
        }

        if (Type == FrameType.Headers && Has(HasPriority))
        {
            if (content.Length < 5) return false;
            content = content[5..];
        }

        if (padding > content.Length) return false;
        content = content[..^padding];
        return true;
    }
}
