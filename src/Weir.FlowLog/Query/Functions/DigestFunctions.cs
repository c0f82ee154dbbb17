using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of digests, which are arrays of all their values: exact, and as large as what they stand for.</summary>
internal static class DigestFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_percentile_tdigest", r => Sorted(r) is { Count: > 0 } values && r.Real(1) is { } rank ? JsonValues.Write(At(values, rank)) : null),
        Text("k_percentiles_array_tdigest", r => Sorted(r) is { } values && Ranks(r) is { } ranks ? JsonValues.Write(new JsonArray([.. ranks.Select(p => JsonValues.Copy(values.Count == 0 ? null : At(values, p)))])) : null),
        Long("k_rank_tdigest", r => Sorted(r) is { } values ? Rank(values, r) : null),
        Real("k_percentrank_tdigest", r => Sorted(r) is { Count: > 0 } values ? 100.0 * Rank(values, r) / values.Count : null),
    ];

    private static List<JsonNode?>? Sorted(FunctionRow row) => JsonValues.Array(row.Json(0)) is { } array ? [.. array.Order(JsonOrder.Instance)] : null;

    // Nearest rank: always a value that is there.
    private static JsonNode? At(List<JsonNode?> sorted, double rank) => sorted[Math.Clamp((int)Math.Ceiling(rank / 100 * sorted.Count) - 1, 0, sorted.Count - 1)];

    private static IEnumerable<double>? Ranks(FunctionRow row) => row.Count == 2 && row.Json(1) is ['[', ..]
        ? JsonValues.Array(row.Json(1))?.Select(n => JsonValues.Number(n) ?? 0)
        : Enumerable.Range(1, row.Count - 1).Select(i => JsonValues.Number(JsonValues.Read(row.Json(i))) ?? 0);

    private static long Rank(List<JsonNode?> sorted, FunctionRow row)
    {
        var value = JsonValues.Read(row.Json(1));
        return sorted.LongCount(v => JsonOrder.Instance.Compare(v, value) <= 0);
    }
}
