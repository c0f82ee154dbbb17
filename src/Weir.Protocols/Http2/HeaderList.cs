using Weir.Protocols.Http;

namespace Weir.Protocols.Http2;

/// <summary>The header fields of one HTTP/2 message, in their order. Made once and filled many times; bounded.</summary>
public sealed class HeaderList
{
    /// <summary>The most that one message's fields may take, in bytes as HPACK counts them.</summary>
    public const int MaxSize = 60 * 1024;

    private const int Overhead = 32;

    private readonly List<(int Start, int Name, int Value)> _fields = [];
    private byte[] _text = new byte[1024];
    private int _length;

    /// <summary>How many fields there are.</summary>
    public int Count => _fields.Count;

    /// <summary>Whether the list was cut since it is too long.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>A field's name.</summary>
    public ReadOnlySpan<byte> Name(int index) => _text.AsSpan(_fields[index].Start, _fields[index].Name);

    /// <summary>A field's value.</summary>
    public ReadOnlySpan<byte> Value(int index) => _text.AsSpan(_fields[index].Start + _fields[index].Name, _fields[index].Value);

    /// <summary>Empties the list.</summary>
    public void Clear()
    {
        _fields.Clear();
        _length = 0;
        IsTooLarge = false;
    }

    /// <summary>Adds a field, or notes that there are too many.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_length + name.Length + value.Length + ((_fields.Count + 1) * Overhead) > MaxSize) IsTooLarge = true;
        if (IsTooLarge) return;
        if (_text.Length < _length + name.Length + value.Length) Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + name.Length + value.Length));
        name.CopyTo(_text.AsSpan(_length));
        value.CopyTo(_text.AsSpan(_length + name.Length));
        _fields.Add((_length, name.Length, value.Length));
        _length += name.Length + value.Length;
    }

    /// <summary>Makes changes, in their order. A list that would be too long by them is noted as such.</summary>
    public void Apply(ReadOnlySpan<HeaderChange> changes)
    {
        Span<byte> name = stackalloc byte[256];
        foreach (ref readonly var change in changes)
        {
            if (change.Removes) Remove(change.Name);
            if (change.Value is not { } value) continue;
            var lower = change.Name.Length <= name.Length ? name[..change.Name.Length] : new byte[change.Name.Length];
            System.Text.Ascii.ToLower(change.Name, lower, out _);
            Add(lower, System.Text.Encoding.ASCII.GetBytes(value));
        }
    }

    /// <summary>The first field of a name from an index on; -1 where there is none.</summary>
    /// <param name="name">The name in lower case, as HTTP/2 sends it, or in any other.</param>
    /// <param name="from">Where to begin.</param>
    public int IndexOf(ReadOnlySpan<char> name, int from = 0)
    {
        for (var i = from; i < Count; i++)
        {
            if (_fields[i].Name == name.Length && System.Text.Ascii.EqualsIgnoreCase(Name(i), name)) return i;
        }

        return -1;
    }

    private void Remove(ReadOnlySpan<char> name)
    {
        while (IndexOf(name) is var at and >= 0) _fields.RemoveAt(at); // its bytes stay until the list is emptied
    }
}
