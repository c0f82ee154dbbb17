namespace Weir.Lab.Api;

/// <summary>A label selector as in a query: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
internal sealed class LabelSelector
{
    private readonly List<(string Key, Operator Operator, string[] Values)> _terms = [];

    private enum Operator
    {
        In,
        NotIn,
        Exists,
        Missing,
    }

    /// <summary>Reads a selector.</summary>
    /// <exception cref="ApiStatusException">The text is no selector (400).</exception>
    public static LabelSelector Parse(string text)
    {
        var selector = new LabelSelector();
        foreach (var term in Split(text))
        {
            if (term.Trim() is { Length: > 0 } t) selector._terms.Add(Term(t, text));
        }

        return selector;
    }

    /// <summary>Whether the object carries what is asked for.</summary>
    public bool Matches(StoredObject stored)
    {
        foreach (var (key, op, values) in _terms)
        {
            var label = stored.Label(key);
            var holds = op switch
            {
                Operator.Exists => label is not null,
                Operator.Missing => label is null,
                Operator.In => label is not null && Array.IndexOf(values, label) >= 0,
                _ => label is null || Array.IndexOf(values, label) < 0,
            };
            if (!holds) return false;
        }

        return true;
    }

    private static IEnumerable<string> Split(string text)
    {
        var depth = 0;
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '(') depth++;
            else if (text[i] == ')') depth--;
            else if (text[i] == ',' && depth == 0)
            {
                yield return text[from..i];
                from = i + 1;
            }
        }

        yield return text[from..];
    }

    private static (string, Operator, string[]) Term(string term, string whole)
    {
        if (term.EndsWith(')'))
        {
            var open = term.IndexOf('(', StringComparison.Ordinal);
            var words = term[..Math.Max(open, 0)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = term[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries);
            return words switch
            {
                [var key, "in"] => (Key(key, whole), Operator.In, values),
                [var key, "notin"] => (Key(key, whole), Operator.NotIn, values),
                _ => throw Fault(whole),
            };
        }

        if (term[0] == '!') return (Key(term[1..].Trim(), whole), Operator.Missing, []);
        var unequal = term.IndexOf("!=", StringComparison.Ordinal);
        if (unequal >= 0) return (Key(term[..unequal].Trim(), whole), Operator.NotIn, [term[(unequal + 2)..].Trim()]);
        var equal = term.IndexOf('=', StringComparison.Ordinal);
        return equal < 0
            ? (Key(term, whole), Operator.Exists, [])
            : (Key(term[..equal].Trim(), whole), Operator.In, [term[(equal + 1)..].TrimStart('=').Trim()]);
    }

    private static string Key(string key, string whole) =>
        key.Length is > 0 and <= 317 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? key : throw Fault(whole);

    private static ApiStatusException Fault(string text) =>
        ApiFaults.BadRequest($"unable to parse requirement: \"{text}\" is no label selector; write key=value, key!=value, key in (a,b), key or !key");
}
