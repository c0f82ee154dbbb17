using System.Buffers.Binary;

namespace Weir.Observe.Wire;

/// <summary>Walks over the fields of a protobuf message without knowing what they mean.</summary>
public ref struct WireFields(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private bool _isBroken;

    /// <summary>Whether the walk came to the message's end without finding a fault.</summary>
    public readonly bool IsWhole => _rest.IsEmpty && !_isBroken;

    /// <summary>Takes the next field.</summary>
    /// <param name="field">Its number.</param>
    /// <param name="number">Its value, where it is a number.</param>
    /// <param name="value">Its value, where it is a text or a message.</param>
    /// <returns>False at the end, and where the bytes make no sense.</returns>
    public bool TryNext(out int field, out ulong number, out ReadOnlySpan<byte> value)
    {
        field = 0;
        number = 0;
        value = default;
        if (_rest.IsEmpty || !TryVarint(out var tag)) return false;
        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                return TryVarint(out number);
            case 1 when _rest.Length >= 8:
                number = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[8..];
                return true;
            case 2 when TryVarint(out var length) && length <= (ulong)_rest.Length:
                value = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            case 5 when _rest.Length >= 4:
                number = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[4..];
                return true;
            default:
                _isBroken = true;
                return false;
        }
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if ((_rest[i] & 0x80) != 0) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }

        _isBroken = true;
        return false;
    }
}
