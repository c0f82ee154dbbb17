using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Weir.Linux.Netlink;

/// <summary>Writes one netlink request into a buffer: header, family header, attributes, each padded to 4 bytes, host byte order.</summary>
internal ref struct NetlinkWriter
{
    private const int HeaderLength = 16;
    private readonly Span<byte> _buffer;
    private int _length;

    public NetlinkWriter(Span<byte> buffer, ushort type, ushort flags, uint sequence)
    {
        buffer.Clear();
        _buffer = buffer;
        _length = HeaderLength;
        MemoryMarshal.Write(buffer[4..], type);
        MemoryMarshal.Write(buffer[6..], flags);
        MemoryMarshal.Write(buffer[8..], sequence);
    }

    /// <summary>The finished message.</summary>
    public readonly ReadOnlySpan<byte> Finish()
    {
        MemoryMarshal.Write(_buffer, (uint)_length);
        return _buffer[.._length];
    }

    /// <summary>Appends a fixed structure (ifinfomsg, rtmsg, ...).</summary>
    public void Struct<T>(T value) where T : unmanaged
    {
        MemoryMarshal.Write(_buffer[_length..], value);
        _length = Padded(_length + Marshal.SizeOf<T>());
    }

    public void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        var start = Begin(type);
        value.CopyTo(_buffer[_length..]);
        _length += value.Length;
        End(start);
    }

    public void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, value);
        Attribute(type, bytes);
    }

    public void Attribute(ushort type, string text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        bytes.Clear();
        Attribute(type, bytes[..(Encoding.UTF8.GetBytes(text, bytes) + 1)]);
    }

    public void Attribute(ushort type, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        Attribute(type, bytes[..written]);
    }

    /// <summary>Opens an attribute that holds others; give the result to <see cref="End"/>.</summary>
    public int Begin(ushort type)
    {
        var start = _length;
        MemoryMarshal.Write(_buffer[(start + 2)..], type);
        _length += 4;
        return start;
    }

    public void End(int start)
    {
        MemoryMarshal.Write(_buffer[start..], (ushort)(_length - start));
        _length = Padded(_length);
    }

    private static int Padded(int length) => (length + 3) & ~3;
}
