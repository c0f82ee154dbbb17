using System.Text;

namespace Weir.Observe.Wire;

/// <summary>Writes protobuf from the last byte to the first, so that a message's length is known when it is needed.</summary>
/// <remarks>
/// <code>
/// writer.Text(2, "b"); writer.Text(1, "a");       // fields in reverse order
/// var end = writer.Length; ...; writer.EndMessage(9, end);
/// </code>
/// The buffer is kept and grows to the largest message: nothing is allocated once it has been met. Not thread-safe.
/// Source of the format: protobuf.dev/programming-guides/encoding.
/// </remarks>
internal sealed class BackwardWriter
{
    private const int Variable = 0, Delimited = 2;
    private byte[] _buffer = new byte[2048];
    private int _start = 2048;

    /// <summary>Bytes written since <see cref="Clear"/>.</summary>
    public int Length => _buffer.Length - _start;

    /// <summary>What was written, in the order of the wire; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(_start);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _start = _buffer.Length;

    /// <summary>A number; 0 is left out, as proto3 does.</summary>
    public void Number(int field, ulong value)
    {
        if (value == 0) return;
        Varint(value);
        Tag(field, Variable);
    }

    /// <summary>A flag; false is left out.</summary>
    public void Flag(int field, bool value) => Number(field, value ? 1u : 0u);

    /// <summary>A text; empty is left out.</summary>
    public void Text(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Item(field, value);
    }

    /// <summary>A text of a list, where empty ones count.</summary>
    public void Item(int field, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Encoding.UTF8.GetBytes(value, Take(length));
        Varint((uint)length);
        Tag(field, Delimited);
    }

    /// <summary>Bytes that are a text or a message already.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Take(value.Length));
        Varint((uint)value.Length);
        Tag(field, Delimited);
    }

    /// <summary>Makes what was written since <paramref name="end"/> a message in a field.</summary>
    /// <param name="field">The field.</param>
    /// <param name="end"><see cref="Length"/> before the message's last field was written.</param>
    public void EndMessage(int field, int end)
    {
        Varint((uint)(Length - end));
        Tag(field, Delimited);
    }

    private void Tag(int field, int kind) => Varint(((uint)field << 3) | (uint)kind);

    private void Varint(ulong value)
    {
        var length = 1;
        for (var rest = value >> 7; rest != 0; rest >>= 7) length++;
        var to = Take(length);
        for (var i = 0; i < length - 1; i++)
        {
            to[i] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[length - 1] = (byte)value;
    }

    private Span<byte> Take(int length)
    {
        if (length > _start)
        {
            var written = Length;
            var larger = new byte[Math.Max(_buffer.Length * 2, written + length)];
            _buffer.AsSpan(_start).CopyTo(larger.AsSpan(larger.Length - written));
            _start = larger.Length - written;
            _buffer = larger;
        }

        _start -= length;
        return _buffer.AsSpan(_start, length);
    }
}
