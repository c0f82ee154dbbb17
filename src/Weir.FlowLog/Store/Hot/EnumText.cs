using System.Numerics;
using DuckDB.NET.Native;

namespace Weir.FlowLog.Store.Hot;

/// <summary>
/// A text column whose different texts are listed once: rows hold numbers, and DuckDB writes the list as Parquet's dictionary without
/// looking at the texts of rows again.
/// </summary>
internal abstract class EnumText(string name) : HotColumn(name)
{
    /// <summary>What stands for null.</summary>
    protected const int None = -1;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly int[] _piece = new int[HotFunction.Size];

    /// <inheritdoc/>
    public override DuckDBType Type => DuckDBType.Varchar;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words => _words.Count == 0 ? Nothing : _words;

    /// <inheritdoc/>
    public sealed override void Write(in Piece piece, HotFunction to, int column)
    {
        if (_words.Count == 0)
        {
            Nulls.Set(to.Validity(column), piece.At, piece.Count);
            return;
        }

        var numbers = _piece.AsSpan(0, piece.Count);
        Numbers(piece, numbers);
        switch (to.EnumBytes(column))
        {
            case 1: Copy(numbers, to.Values<byte>(column)[piece.At..]); break;
            case 2: Copy(numbers, to.Values<ushort>(column)[piece.At..]); break;
            default: Copy(numbers, to.Values<uint>(column)[piece.At..]); break;
        }

        if (!numbers.Contains(None)) return;
        var validity = to.Validity(column);
        for (var i = 0; i < numbers.Length; i++)
            if (numbers[i] == None) Nulls.Set(validity, piece.At + i);
    }

    /// <summary>A text's number; <see cref="None"/> for the empty text.</summary>
    protected int NumberOf(string text)
    {
        if (text.Length == 0) return None;
        text = text.Replace('\0', '\uFFFD'); // a text of C ends at a NUL, which no name has
        if (_numbers.TryGetValue(text, out var known)) return known;
        _words.Add(text);
        return _numbers[text] = _numbers.Count;
    }

    /// <summary>The numbers of some rows' texts.</summary>
    protected abstract void Numbers(in Piece piece, Span<int> to);

    private static void Copy<T>(ReadOnlySpan<int> from, Span<T> to)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < from.Length; i++) to[i] = T.CreateTruncating(from[i]);
    }
}
