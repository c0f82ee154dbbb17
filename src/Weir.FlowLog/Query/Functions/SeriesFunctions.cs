using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of series: arrays of numbers.</summary>
internal static class SeriesFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_series_op", r => SeriesMath.Combine(r.Text(0), JsonValues.Read(r.Json(1)), JsonValues.Read(r.Json(2)))),
        Text("k_series_map", r => JsonValues.Array(r.Json(1)) is { } a ? SeriesMath.Map(r.Text(0), a) : null),
        Real("k_series_sum", r => Numbers(r, 0)?.Sum(v => v ?? 0)),
        Real("k_series_product", r => Numbers(r, 0)?.Aggregate(1.0, (p, v) => p * (v ?? 1))),
        Real("k_series_magnitude", r => Numbers(r, 0) is { } a ? Math.Sqrt(a.Sum(v => (v * v) ?? 0)) : null),
        Real("k_series_dot_product", r => SeriesMath.Dot(JsonValues.Read(r.Json(0)), JsonValues.Read(r.Json(1)))),
        Real("k_series_cosine_similarity", r => Numbers(r, 0) is { } a && Numbers(r, 1) is { } b ? SeriesMath.Cosine(a, b) : null),
        Real("k_series_pearson_correlation", r => Numbers(r, 0) is { } a && Numbers(r, 1) is { } b ? SeriesMath.Pearson(a, b) : null),
        Text("k_series_fir", r => Numbers(r, 0) is { } a && Numbers(r, 1) is { } f ? SeriesMath.Fir(a, f, r.Bool(2), r.Bool(3) == true, JsonValues.Array(r.Json(0))!) : null),
        Text("k_series_iir", r => Numbers(r, 0) is { } a && Numbers(r, 1) is { } b && Numbers(r, 2) is { } c ? SeriesMath.Iir(a, b, c) : null),
        Text("k_series_fill_forward", r => JsonValues.Array(r.Json(0)) is { } a ? SeriesMath.Fill(a, JsonValues.Read(r.Json(1)), backward: false) : null),
        Text("k_series_fill_backward", r => JsonValues.Array(r.Json(0)) is { } a ? SeriesMath.Fill(a, JsonValues.Read(r.Json(1)), backward: true) : null),
        Text("k_series_fill_const", r => JsonValues.Array(r.Json(0)) is { } a ? JsonValues.Write(new JsonArray([.. a.Select(n => JsonValues.Copy(JsonNode.DeepEquals(n, JsonValues.Read(r.Json(2))) ? JsonValues.Read(r.Json(1)) : n))])) : null),
        Text("k_series_fill_linear", r => JsonValues.Array(r.Json(0)) is { } a ? SeriesMath.FillLinear(a, JsonValues.Read(r.Json(1)), r.Bool(2) != false, JsonValues.Read(r.Json(3))) : null),
        Text("k_series_stats_dynamic", r => Numbers(r, 0) is { } a ? SeriesMath.Stats(a, r.Bool(1) == true) : null),
        Text("k_series_fit_line_dynamic", r => Numbers(r, 0) is { } a ? SeriesMath.FitLine(a) : null),
        Text("k_series_outliers", r => Numbers(r, 0) is { } a ? SeriesMath.Outliers(a) : null),
    ];

    private static double?[]? Numbers(FunctionRow row, int index) => JsonValues.Array(row.Json(index)) is { } array ? [.. array.Select(JsonValues.Number)] : null;
}
