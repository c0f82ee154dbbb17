using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of text. Positions count code points from 0.</summary>
internal static class TextFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_strcat_array", r => JsonValues.Array(r.Json(0)) is { } a ? string.Join(r.Text(1), a.Select(JsonValues.TextOf)) : ""),
        Text("k_strrep", r => string.Join(r.Count > 2 ? r.Text(2) : "", Enumerable.Repeat(r.Text(0), (int)Math.Clamp(r.Long(1, 0), 0, 1024)))),
        Text("k_substring", r => Substring(r.Text(0), r.Long(1, 0), r.Count > 2 ? r.Long(2) : null)),
        Long("k_indexof", r => IndexOf(r, r.Text(0), r.Text(1))),
        Long("k_indexof_regex", r => IndexOfRegex(r)),
        Text("k_reverse", r => string.Concat(Texts.Runes(r.Text(0)).AsEnumerable().Reverse().Select(c => c.ToString()))),
        Text("k_split", r => Split(r)),
        Text("k_replace_regex", r => Patterns.Of(r.Text(1)).Replace(r.Text(0), Rewrite(r.Text(2)))),
        Text("k_replace_strings", r => ReplaceStrings(r)),
        Text("k_trim", r => TrimEnd(TrimStart(r.Text(1), r.Text(0)), r.Text(0))),
        Text("k_trim_start", r => TrimStart(r.Text(1), r.Text(0))),
        Text("k_trim_end", r => TrimEnd(r.Text(1), r.Text(0))),
        Long("k_countof", r => CountOf(r.Text(0), r.Text(1), r.Count > 2 && r.Text(2).Equals("regex", StringComparison.OrdinalIgnoreCase))),
        Text("k_translate", r => Translate(r.Text(0), r.Text(1), r.Text(2))),
        Bool("k_matches", r => Patterns.Of(r.Text(1)).IsMatch(r.Text(0))),
        Text("k_extract", r => Patterns.Of(r.Text(0)).Match(r.Text(2)) is { Success: true } m ? m.Groups[(int)r.Long(1, 0)].Value : ""),
        Text("k_extract_all", r => ExtractAll(r)),
        Text("k_regex_quote", r => Regex.Replace(r.Text(0), @"[\\^$.|?*+()\[\]{}]", @"\$0")),
        Text("k_tohex", r => r.Long(0) is { } v ? v.ToString("x", CultureInfo.InvariantCulture).PadLeft((int)Math.Clamp(r.Long(1, 0), 0, 64), '0') : ""),
        Bool("k_isascii", r => Ascii.IsValid(r.Text(0))),
        Bool("k_isutf8", r => true),
        Text("k_to_utf8", r => JsonValues.Write(new JsonArray([.. Encoding.UTF8.GetBytes(r.Text(0)).Select(b => (JsonNode)b)]))),
        Text("k_unicode_codepoints_from_string", r => JsonValues.Write(new JsonArray([.. Texts.Runes(r.Text(0)).Select(c => (JsonNode)c.Value)]))),
        Text("k_unicode_codepoints_to_string", r => string.Concat(Enumerable.Range(0, r.Count).SelectMany(i => Points(JsonValues.Read(r.Json(i)))).Where(Rune.IsValid).Select(p => new Rune(p).ToString()))),
        Bool("k_assert", r => r.Bool(0) == true ? true : throw new QueryFailedException($"assert() failed: {r.Text(1)}")),
        Text("k_parse_command_line", r => JsonValues.Write(new JsonArray([.. CommandLine(r.Text(0)).Select(a => (JsonNode)a)]))),
    ];

    private static IEnumerable<int> Points(JsonNode? node) => node is JsonArray array ? array.SelectMany(Points) : JsonValues.Whole(node) is { } point ? [(int)point] : [];

    private static string Substring(string text, long start, long? count)
    {
        var length = Texts.Runes(text).Count;
        if (start < 0) start += length;
        return start < 0 || start >= length ? "" : Texts.Slice(text, (int)start, (int)Math.Clamp(count ?? length, 0, length));
    }

    // indexof(text, what, start, length, occurrence): a negative start counts from the end; the length bounds where a match begins, a negative one does not.
    private static long? IndexOf(FunctionRow row, string text, string what)
    {
        if (what.Length == 0) return null;
        var (start, end, nth) = Window(row, text.Length);
        if (nth == 0 || start > text.Length) return nth == 0 ? null : -1;
        for (var at = start - 1; ;)
        {
            at = at + 1 <= text.Length ? text.IndexOf(what, at + 1, StringComparison.Ordinal) : -1;
            if (at < 0 || at >= end) return -1;
            if (--nth == 0) return CodePoints(text, at);
        }
    }

    private static long? IndexOfRegex(FunctionRow row)
    {
        var text = row.Text(0);
        var (start, end, nth) = Window(row, text.Length);
        foreach (Match match in Patterns.Of(row.Text(1)).Matches(text))
        {
            if (match.Index >= start && match.Index + match.Length <= end && --nth == 0) return CodePoints(text, match.Index);
        }

        return -1;
    }

    private static (int Start, int End, long Nth) Window(FunctionRow row, int length)
    {
        var start = row.Long(2, 0);
        if (start < 0) start = Math.Max(0, length + start);
        var count = row.Long(3, -1);
        return ((int)Math.Min(start, int.MaxValue), (int)(count < 0 ? length : Math.Min(length, start + count)), row.Long(4, 1));
    }

    private static int CodePoints(string text, int units)
    {
        var count = 0;
        for (var i = 0; i < units; i++)
            if (!char.IsLowSurrogate(text[i])) count++;
        return count;
    }

    private static string? Split(FunctionRow row)
    {
        var (text, delimiter) = (row.Text(0), row.Text(1));
        string[] parts = delimiter.Length == 0 ? [text] : text.Split(delimiter);
        if (row.Count > 2 && row.Long(2) is { } index) parts = index >= 0 && index < parts.Length ? [parts[index]] : [];
        return JsonValues.Write(new JsonArray([.. parts.Select(p => (JsonNode)p)]));
    }

    /// <summary>RE2's way of naming groups in a replacement, as .NET's.</summary>
    public static string Rewrite(string replacement) => Regex.Replace(replacement.Replace("$", "$$", StringComparison.Ordinal), @"\\(\d)", "$${$1}");

    private static string ReplaceStrings(FunctionRow row)
    {
        var text = row.Text(0);
        if (JsonValues.Array(row.Json(1)) is not { } from || JsonValues.Array(row.Json(2)) is not { } to) return text;
        var pairs = from.Zip(to).Select(p => (Old: JsonValues.TextOf(p.First), New: p.Second?.GetValueKind() == System.Text.Json.JsonValueKind.String ? JsonValues.TextOf(p.Second) : null)).Where(p => p.Old.Length > 0).ToList();
        List<(string Text, bool IsNew)> parts = [(text, false)];
        foreach (var (old, value) in pairs)
        {
            // One after the other, and what was put in stays as it is.
            parts = [.. parts.SelectMany(p => p.IsNew ? [p] : p.Text.Split(old).SelectMany((kept, i) => i == 0 ? new[] { (kept, false) } : [(value ?? old, true), (kept, false)]))];
        }

        return string.Concat(parts.Select(p => p.Text));
    }

    private static string TrimStart(string text, string pattern) => Patterns.Of($"^(?:{pattern})").Match(text) is { Success: true } m ? text[m.Length..] : text;

    private static string TrimEnd(string text, string pattern) => Patterns.Of($"(?:{pattern})$").Match(text) is { Success: true } m && m.Index + m.Length == text.Length ? text[..m.Index] : text;

    private static long CountOf(string text, string what, bool regex)
    {
        if (regex) return Patterns.Of(what).Count(text);
        if (what.Length == 0) return 0;
        long count = 0;
        for (var at = text.IndexOf(what, StringComparison.Ordinal); at >= 0; at = at + 1 < text.Length ? text.IndexOf(what, at + 1, StringComparison.Ordinal) : -1) count++;
        return count;
    }

    private static string Translate(string from, string to, string text)
    {
        if (to.Length == 0) return string.Concat(text.Where(c => !from.Contains(c, StringComparison.Ordinal)));
        return string.Concat(text.Select(c => from.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? to[Math.Min(at, to.Length - 1)] : c));
    }

    private static string? ExtractAll(FunctionRow row)
    {
        var (wanted, text) = row.Count > 2 ? (JsonValues.Array(row.Json(1)), row.Text(2)) : (null, row.Text(1));
        var regex = Patterns.Of(row.Text(0));
        var groups = wanted?.Select(w => JsonValues.Whole(w) is { } n ? (int)n : regex.GroupNumberFromName(JsonValues.TextOf(w))).ToList() ?? [.. regex.GetGroupNumbers().Where(n => n > 0)];
        if (groups.Count == 0) groups = [0];
        var found = new JsonArray();
        foreach (Match match in regex.Matches(text))
            found.Add(groups.Count == 1 ? (JsonNode)match.Groups[groups[0]].Value : new JsonArray([.. groups.Select(g => (JsonNode)match.Groups[g].Value)]));
        return found.Count == 0 ? null : JsonValues.Write(found);
    }

    private static IEnumerable<string> CommandLine(string text) =>
        Regex.Matches(text, """(?:[^\s"]|"(?:[^"\\]|\\.)*")+""").Select(m => m.Value.Replace("\"", "", StringComparison.Ordinal));
}
