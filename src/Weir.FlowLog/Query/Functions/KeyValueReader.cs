using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weir.FlowLog.Query.Functions;

/// <summary>parse-kv: finds keys and their values in a text.</summary>
/// <param name="pair">Between pairs, or null: any character that is not of a word.</param>
/// <param name="separator">Between key and value, or null as above.</param>
/// <param name="quotes">Opening and closing quotes, in turn.</param>
/// <param name="escape">The escape within quotes, or null.</param>
/// <param name="greedy">A value runs to the next pair's key.</param>
/// <param name="regex">Two groups, key and value, instead of all these; or null.</param>
/// <param name="keys">Names and types of what is wanted.</param>
internal sealed class KeyValueReader(string? pair, string? separator, IReadOnlyList<string> quotes, string? escape, bool greedy, Regex? regex, IReadOnlyList<(string Name, string Type)> keys)
{
    /// <summary>Builds a reader.</summary>
    public static KeyValueReader Of(JsonElement spec) => new(
        spec.GetProperty("pair").GetString(), spec.GetProperty("kv").GetString(), [.. spec.GetProperty("quotes").EnumerateArray().Select(q => q.GetString()!)],
        spec.GetProperty("escape").GetString(), spec.GetProperty("greedy").GetBoolean(), spec.GetProperty("regex").GetString() is { } pattern ? Patterns.Of(pattern) : null,
        [.. spec.GetProperty("keys").EnumerateArray().Select(k => (k[0].GetString()!, k[1].GetString()!))]);

    /// <summary>A text for each key; null where there is none or it does not convert.</summary>
    public string Read(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in regex is not null ? Matches(text) : greedy ? Greedy(text) : Pairs(text)) found.TryAdd(key, value);
        return ParseFunctions.Write(keys.Select(k => found.TryGetValue(k.Name, out var value) ? ParseFunctions.Converted(value, k.Type) : null));
    }

    private IEnumerable<(string, string)> Matches(string text) => regex!.Matches(text).Select(m => (m.Groups[1].Value, m.Groups[2].Value));

    private IEnumerable<(string, string)> Pairs(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var equals = Separator(text, at);
            if (equals < 0) yield break;
            var bound = Pair(text, at);
            if (bound >= 0 && bound < equals)
            {
                // Blanks around a separator are not the end of a pair when something is still missing.
                if (text[at..bound].Trim().Length > 0 && text[bound..equals].Trim().Length > 0 || text[at..bound].Trim().Length == 0)
                {
                    at = bound + (pair?.Length ?? 1);
                    continue;
                }
            }

            var key = text[at..equals].Trim();
            var (value, next) = Value(text, equals + (separator?.Length ?? 1));
            yield return (key, value);
            at = next;
        }
    }

    private (string Value, int Next) Value(string text, int start)
    {
        while (start < text.Length && text[start] == ' ') start++;
        for (var q = 0; q + 1 < quotes.Count; q += 2)
        {
            if (!text.AsSpan(start).StartsWith(quotes[q], StringComparison.Ordinal)) continue;
            var from = start + quotes[q].Length;
            var end = from;
            while ((end = text.IndexOf(quotes[q + 1], end, StringComparison.Ordinal)) >= 0 && escape is not null && end >= escape.Length && text.AsSpan(end - escape.Length).StartsWith(escape, StringComparison.Ordinal)) end++;
            if (end < 0) return (text[from..], text.Length);
            var after = Pair(text, end + quotes[q + 1].Length);
            var value = escape is null ? text[from..end] : text[from..end].Replace(escape + quotes[q + 1], quotes[q + 1], StringComparison.Ordinal);
            return (value, after < 0 ? text.Length : after + (pair?.Length ?? 1));
        }

        var stop = Pair(text, start);
        return stop < 0 ? (text[start..].Trim(), text.Length) : (text[start..stop].Trim(), stop + (pair?.Length ?? 1));
    }

    // The values reach to the last delimiter before the next key.
    private IEnumerable<(string, string)> Greedy(string text)
    {
        var starts = keys.Select(k => (Key: k.Name, At: text.IndexOf(k.Name + (separator ?? "="), StringComparison.Ordinal))).Where(k => k.At >= 0).OrderBy(k => k.At).ToList();
        for (var i = 0; i < starts.Count; i++)
        {
            var from = starts[i].At + starts[i].Key.Length + (separator ?? "=").Length;
            var until = i + 1 < starts.Count ? starts[i + 1].At : text.Length;
            var value = text[from..Math.Max(from, until)];
            if (i + 1 < starts.Count && pair is not null && value.EndsWith(pair, StringComparison.Ordinal)) value = value[..^pair.Length];
            yield return (starts[i].Key, value.Trim());
        }
    }

    private int Pair(string text, int from) => pair is null ? Next(text, from) : from > text.Length ? -1 : text.IndexOf(pair, from, StringComparison.Ordinal);

    private int Separator(string text, int from) => separator is null ? Next(text, from) : text.IndexOf(separator, from, StringComparison.Ordinal);

    private int Next(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
            if (!char.IsLetterOrDigit(text[i]) && text[i] != '_' && !quotes.Any(q => q.Length == 1 && q[0] == text[i])) return i;
        return -1;
    }
}
