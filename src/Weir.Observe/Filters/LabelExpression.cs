using Weir.Model;

namespace Weir.Observe.Filters;

/// <summary>A label selector as Hubble's filters take it: <c>k8s:app=web</c>, <c>app</c>, <c>app!=web</c>, <c>app in (a,b)</c>, joined by commas.</summary>
internal sealed class LabelExpression
{
    private readonly List<Requirement> _requirements = [];

    private LabelExpression()
    {
    }

    /// <exception cref="FilterException">The text is no selector.</exception>
    public static LabelExpression Parse(string text)
    {
        var expression = new LabelExpression();
        foreach (var part in Split(text)) expression._requirements.Add(ParseRequirement(part, text));
        return expression;
    }

    public bool Matches(LabelSet labels)
    {
        foreach (var requirement in _requirements)
        {
            if (!requirement.Matches(labels)) return false;
        }

        return true;
    }

    // Commas inside parentheses separate values, not requirements.
    private static IEnumerable<string> Split(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '(') depth++;
            if (text[i] == ')') depth--;
            if (text[i] != ',' || depth != 0) continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }

        yield return text[start..].Trim();
    }

    private static Requirement ParseRequirement(string part, string whole)
    {
        if (part.Length == 0) throw new FilterException($"label: '{whole}' has an empty part; write k8s:key=value.");
        var open = part.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && part.EndsWith(')'))
        {
            var head = part[..open].TrimEnd();
            string[] values = [.. part[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries)];
            if (head.EndsWith(" notin", StringComparison.Ordinal)) return new(head[..^6].Trim(), values, Negate: true);
            if (head.EndsWith(" in", StringComparison.Ordinal)) return new(head[..^3].Trim(), values, Negate: false);
            throw new FilterException($"label: '{part}' is no selector; write key in (a, b) or key notin (a, b).");
        }

        var not = part.IndexOf("!=", StringComparison.Ordinal);
        if (not > 0) return new(part[..not].Trim(), [part[(not + 2)..].Trim()], Negate: true);
        if (part[0] == '!') return new(part[1..].Trim(), null, Negate: true);
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new(part, null, Negate: false)
            : new(part[..equals].Trim(), [part[(equals + 1)..].TrimStart('=').Trim()], Negate: false);
    }

    /// <param name="Key">The key, with its source where the user gave one.</param>
    /// <param name="Values">The values; null asks for the key alone.</param>
    /// <param name="Negate">Whether the label must not be there with such a value.</param>
    private sealed record Requirement(string Key, string[]? Values, bool Negate)
    {
        public bool Matches(LabelSet labels) => Found(labels) != Negate;

        private bool Found(LabelSet labels)
        {
            foreach (var label in labels.AsSpan())
            {
                if (IsKey(label) && (Values is null || Values.Contains(label.Value))) return true;
            }

            return false;
        }

        private bool IsKey(Label label)
        {
            if (label.Key == Key) return true;
            return Key.Length == label.Source.Length + 1 + label.Key.Length
                && Key[label.Source.Length] == ':'
                && Key.StartsWith(label.Source, StringComparison.Ordinal)
                && Key.EndsWith(label.Key, StringComparison.Ordinal);
        }
    }
}
