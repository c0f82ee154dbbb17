namespace Weir.Hub.Ui.Filters;

/// <summary>What could be written next in a filter.</summary>
internal static class FilterCompletion
{
    private const int Most = 50;

    /// <summary>The proposals at a place of the text.</summary>
    /// <param name="text">The filter so far.</param>
    /// <param name="at">Where the cursor is, in characters.</param>
    /// <param name="values">The values of a key that the cluster has now.</param>
    /// <returns>Where the piece begins that a proposal replaces, up to the cursor, and the proposals.</returns>
    public static (int Start, IReadOnlyList<Proposal> Items) At(string text, int at, Func<string, IEnumerable<string>> values)
    {
        at = Math.Clamp(at, 0, text.Length);
        var piece = FilterText.Pieces(text).FirstOrDefault(p => p.Start < at && p.Start + p.Length >= at);
        var start = piece.Length == 0 ? at : piece.Start;
        var written = text[start..at];
        var (_, side, isNamed, head) = FilterText.Head(written);
        var equals = written.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return (start + head, [.. Keys(written[head..], side, isNamed).Take(Most)]);
        var key = FilterText.Keys.FirstOrDefault(k => k.Name.Equals(written[head..equals], StringComparison.OrdinalIgnoreCase));
        var begin = Math.Max(written.LastIndexOf(',') + 1, equals + 1);
        if (key is null) return (start + begin, []);
        var beginning = written[begin..].TrimStart('"');
        var known = (key.Values.Count > 0 ? key.Values : values(key.Name)).Where(v => v.Contains(beginning, StringComparison.OrdinalIgnoreCase));

        // What begins so first, then what has it inside.
        return (start + begin, [.. known.OrderBy(v => !v.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)).ThenBy(v => v, StringComparer.Ordinal).Take(Most)
            .Select(v => new Proposal(v, Quoted(v), key.Doc))]);
    }

    private static IEnumerable<Proposal> Keys(string beginning, FilterSide side, bool isNamed)
    {
        foreach (var key in FilterText.Keys)
        {
            if (isNamed && side != FilterSide.Either && key.OfEnd is null) continue;
            if (key.Name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) yield return new Proposal(key.Name, key.Name + "=", key.Doc);
        }

        if (isNamed) yield break;
        foreach (var prefix in FilterText.Sides.Where(s => s.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)))
            yield return new Proposal(prefix, prefix, prefix switch { "from:" => "of the sender", "to:" => "of the receiver", _ => "of either end" });
    }

    private static string Quoted(string value) => value.AsSpan().IndexOfAny(' ', ',') < 0 ? value : $"\"{value}\"";
}

/// <summary>One thing that could be written.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Insert">What is written.</param>
/// <param name="Detail">What it means.</param>
internal sealed record Proposal(string Text, string Insert, string Detail);
