using System.Text.Json;
using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>has and its kin by term, and members of arrays. A term is a longest run of letters and digits.</summary>
internal static class TermFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        Bool("k_has", r => Has(r.Text(0), r.Text(1), start: true, end: true)),
        Bool("k_hasprefix", r => Has(r.Text(0), r.Text(1), start: true, end: false)),
        Bool("k_hassuffix", r => Has(r.Text(0), r.Text(1), start: false, end: true)),
        Bool("k_has_any", r => Needles(r.Json(1)).Any(n => HasIgnoringCase(r.Text(0), n))),
        Bool("k_has_all", r => Needles(r.Json(1)).All(n => HasIgnoringCase(r.Text(0), n))),
        Long("k_has_any_index", r => Needles(r.Json(1)).ToList().FindIndex(n => HasIgnoringCase(r.Text(0), n))),
        Bool("k_in", r => IsIn(JsonValues.Read(r.Json(0)), JsonValues.Read(r.Json(1)), r.Bool(2) == true)),
    ];

    /// <summary>Whether the text has the needle with a bound of terms at its ends, where asked and where the needle's end is of a term.</summary>
    public static bool Has(string text, string needle, bool start, bool end)
    {
        if (needle.Length == 0) return true;
        start &= char.IsLetterOrDigit(needle[0]);
        end &= char.IsLetterOrDigit(needle[^1]);
        for (var at = text.IndexOf(needle, StringComparison.Ordinal); at >= 0; at = at + 1 < text.Length ? text.IndexOf(needle, at + 1, StringComparison.Ordinal) : -1)
        {
            var after = at + needle.Length;
            if ((!start || at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (!end || after == text.Length || !char.IsLetterOrDigit(text[after]))) return true;
        }

        return false;
    }

    private static bool HasIgnoringCase(string text, string needle) => Has(text.ToLowerInvariant(), needle.ToLowerInvariant(), start: true, end: true);

    private static IEnumerable<string> Needles(string? json) => JsonValues.Read(json) switch
    {
        JsonArray array => array.Select(JsonValues.TextOf),
        null => [],
        var one => [JsonValues.TextOf(one)],
    };

    private static bool IsIn(JsonNode? value, JsonNode? members, bool ignoreCase)
    {
        IEnumerable<JsonNode?> all = members as JsonArray ?? (members is null ? [] : [members]);
        return value is not null && all.Any(m => Same(value, m, ignoreCase));
    }

    private static bool Same(JsonNode value, JsonNode? member, bool ignoreCase)
    {
        if (member is null) return false;
        if (value.GetValueKind() == JsonValueKind.Number && member.GetValueKind() == JsonValueKind.Number) return JsonValues.Number(value) == JsonValues.Number(member);
        var how = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return string.Equals(JsonValues.TextOf(value), JsonValues.TextOf(member), how);
    }
}
