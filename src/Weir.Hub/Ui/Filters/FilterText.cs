namespace Weir.Hub.Ui.Filters;

/// <summary>Reads the filter that people write: conditions with spaces between, all of which have to hold.</summary>
/// <remarks><code>
/// filter    = { condition }
/// condition = ["!"] ["from:" | "to:" | "either:"] key "=" value { "," value }
/// value     = any characters but space and comma, or anything in double quotes
/// </code></remarks>
internal static class FilterText
{
    private static readonly (string Prefix, FilterSide Side)[] _sides = [("from:", FilterSide.From), ("to:", FilterSide.To), ("either:", FilterSide.Either)];

    /// <summary>Every key.</summary>
    public static IReadOnlyList<FilterKey> Keys { get; } = [.. EndKeys.All, .. FlowKeys.All];

    /// <summary>The prefixes of sides.</summary>
    public static IEnumerable<string> Sides => _sides.Select(s => s.Prefix);

    /// <summary>Reads a filter.</summary>
    /// <exception cref="UiProblem">It cannot be understood; says where and what was expected.</exception>
    public static IReadOnlyList<FilterTerm> Parse(string text)
    {
        List<FilterTerm> terms = [];
        foreach (var (start, length) in Pieces(text)) terms.Add(Term(text, start, length));
        return terms;
    }

    /// <summary>Where the conditions stand.</summary>
    public static IEnumerable<(int Start, int Length)> Pieces(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            var isQuoted = false;
            for (; at < text.Length && (isQuoted || !char.IsWhiteSpace(text[at])); at++)
                if (text[at] == '"') isQuoted = !isQuoted;
            yield return (start, at - start);
        }
    }

    /// <summary>Splits a condition's head from the side that it names.</summary>
    /// <returns>Whether it excludes, the side, whether one is named, and how long that part is.</returns>
    public static (bool IsNegated, FilterSide Side, bool IsNamed, int Length) Head(ReadOnlySpan<char> piece)
    {
        var length = piece.StartsWith("!") ? 1 : 0;
        foreach (var (prefix, side) in _sides)
            if (piece[length..].StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return (length == 1, side, true, length + prefix.Length);
        return (length == 1, FilterSide.Either, false, length);
    }

    private static FilterTerm Term(string text, int start, int length)
    {
        var piece = text.Substring(start, length);
        var (isNegated, side, isNamed, head) = Head(piece);
        var equals = piece.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw Wrong($"'{piece}' is no condition; write key=value, such as pod={(piece.Contains(':', StringComparison.Ordinal) ? "pets/store-front" : piece)}.", start, length);
        var name = piece[head..equals];
        var key = Keys.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong($"There is no '{name}' to filter by{Nearest(name)}. The keys are {string.Join(", ", Keys.Select(k => k.Name))}.", start + head, Math.Max(1, equals - head));
        if (isNamed && side != FilterSide.Either && key.OfEnd is null) throw Wrong($"'{key.Name}' is the flow's, not one end's: leave '{piece[..head].TrimStart('!')}' out.", start, head);
        var values = Values(text, start + equals + 1, start + length).ToList();
        if (values.Count == 0 || values.Exists(v => v.Text.Length == 0)) throw Wrong($"'{name}=' wants a value, such as {key.Example}.", start, length);
        return new FilterTerm(isNegated, side, key, values, start, length);
    }

    private static IEnumerable<FilterValue> Values(string text, int at, int end)
    {
        for (var start = at; start < end;)
        {
            var isQuoted = false;
            var stop = start;
            for (; stop < end && (isQuoted || text[stop] != ','); stop++)
                if (text[stop] == '"') isQuoted = !isQuoted;
            if (isQuoted) throw Wrong("The quote is not closed; add a \".", start, stop - start);
            yield return new FilterValue(text[start..stop].Replace("\"", "", StringComparison.Ordinal), start, stop - start);
            start = stop + 1;
        }
    }

    private static string Nearest(string name)
    {
        var near = Keys.FirstOrDefault(k => k.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(k.Name, StringComparison.OrdinalIgnoreCase) || k.Name.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
        return near is null || name.Length < 2 ? "" : $"; did you mean '{near.Name}'";
    }

    internal static UiProblem Wrong(string message, int start, int length) => new(message) { Code = "filter", At = (start, length) };
}
