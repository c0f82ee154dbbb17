using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Weir.FlowLog.Query.Cases;

/// <summary>
/// Compares rows: as a bag unless the case is ordered; reals to 1e-9 of their size; instants whatever zeros end them; arrays that
/// a set function made, and bags, in any order.
/// </summary>
public static partial class RowComparison
{
    private const double Close = 1e-9;

    /// <summary>What differs, or null.</summary>
    public static string? Differ(IReadOnlyList<JsonElement> given, QueryCase test)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(test);
        var expected = test.Rows!;
        if (given.Count != expected.Count) return $"{given.Count} rows, expected are {expected.Count}{(given.Count > 0 ? "; first " + Short(given[0]) : "")}";
        var sets = Sets().IsMatch(test.Query);
        if (test.Ordered)
        {
            for (var i = 0; i < given.Count; i++)
                if (!SameRow(given[i], expected[i], sets)) return $"row {i + 1} is {Short(given[i])}, expected is {Short(expected[i])}";
            return null;
        }

        var left = new List<JsonElement>(given);
        foreach (var row in expected)
        {
            var at = left.FindIndex(g => SameRow(g, row, sets));
            if (at < 0) return $"no row is {Short(row)}; left is {(left.Count > 0 ? Short(left[0]) : "none")}";
            left.RemoveAt(at);
        }

        return null;
    }

    private static bool SameRow(JsonElement a, JsonElement b, bool sets) =>
        a.GetArrayLength() == b.GetArrayLength() && a.EnumerateArray().Zip(b.EnumerateArray()).All(p => Same(p.First, p.Second, sets));

    private static bool Same(JsonElement a, JsonElement b, bool sets)
    {
        if (a.ValueKind == JsonValueKind.Number && b.ValueKind == JsonValueKind.String) return Same(b, a, sets);
        if (a.ValueKind == JsonValueKind.String && b.ValueKind == JsonValueKind.Number)
            return double.TryParse(a.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var text) && Near(text, b.GetDouble());
        if (a.ValueKind != b.ValueKind) return false;
        switch (a.ValueKind)
        {
            case JsonValueKind.Number:
                return a.TryGetInt64(out var x) && b.TryGetInt64(out var y) ? x == y : Near(a.GetDouble(), b.GetDouble());
            case JsonValueKind.String:
                return a.GetString() == b.GetString() || (Instant().IsMatch(a.GetString()!) && Trim(a.GetString()!) == Trim(b.GetString()!));
            case JsonValueKind.Array:
                var (left, right) = (a.EnumerateArray().ToList(), b.EnumerateArray().ToList());
                return left.Count == right.Count && (left.Zip(right).All(p => Same(p.First, p.Second, sets)) || (sets && SameBag(left, right)));
            case JsonValueKind.Object:
                var (bag, other) = (a.EnumerateObject().ToList(), b.EnumerateObject().ToList());
                return bag.Count == other.Count && bag.All(p => b.TryGetProperty(p.Name, out var value) && Same(p.Value, value, sets));
            default:
                return true;
        }
    }

    private static bool SameBag(List<JsonElement> left, List<JsonElement> right)
    {
        var rest = new List<JsonElement>(right);
        return left.All(l => rest.FindIndex(r => l.ValueKind is not JsonValueKind.Array && Same(l, r, true)) is >= 0 and var at && Remove(rest, at));
    }

    private static bool Remove(List<JsonElement> from, int at)
    {
        from.RemoveAt(at);
        return true;
    }

    private static bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= Close * Math.Max(Math.Abs(a), Math.Abs(b));

    private static string Trim(string instant) => instant.TrimEnd('Z').Contains('.', StringComparison.Ordinal) ? instant.TrimEnd('Z').TrimEnd('0').TrimEnd('.') : instant.TrimEnd('Z');

    private static string Short(JsonElement row) => row.GetRawText() is { Length: > 160 } text ? text[..160] + "…" : row.GetRawText();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex Instant();

    [GeneratedRegex(@"\b(make_?set|set_union|set_intersect|set_difference|make_set_if|bag_keys)\b")]
    private static partial Regex Sets();
}
