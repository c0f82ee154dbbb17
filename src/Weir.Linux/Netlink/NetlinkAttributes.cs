using System.Runtime.InteropServices;

namespace Weir.Linux.Netlink;

/// <summary>Walks the attributes of an answer: { u16 length; u16 type; bytes } padded to 4. Ends at the first that does not fit.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>The current attribute's type without its flags.</summary>
    public ushort Type { get; private set; }

    /// <summary>The current attribute's bytes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (_rest.Length < 4) return false;
        var length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length) return false;
        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & 0x3fff);
        Value = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
