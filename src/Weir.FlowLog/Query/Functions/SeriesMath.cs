using System.Text.Json.Nodes;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Arithmetic on series. A whole number stays whole where both sides are.</summary>
internal static class SeriesMath
{
    public static string? Combine(string op, JsonNode? left, JsonNode? right)
    {
        if (left is not JsonArray && right is not JsonArray) return null;
        var count = Math.Max((left as JsonArray)?.Count ?? 0, (right as JsonArray)?.Count ?? 0);
        JsonNode? At(JsonNode? from, int i) => from is JsonArray array ? i < array.Count ? array[i] : null : from;
        return JsonValues.Write(new JsonArray([.. Enumerable.Range(0, count).Select(i => One(op, At(left, i), At(right, i)))]));
    }

    public static string? Map(string function, JsonArray array) => JsonValues.Write(new JsonArray([.. array.Select(n => JsonValues.Number(n) is not { } x ? null : function switch
    {
        "abs" => JsonValues.Whole(n) is { } whole ? Math.Abs(whole) : JsonValues.Real(Math.Abs(x)),
        "exp" => JsonValues.Real(Math.Exp(x)),
        "sign" => JsonValues.Real(Math.Sign(x)),
        "sin" => JsonValues.Real(Math.Sin(x)),
        "asin" => JsonValues.Real(Math.Asin(x)),
        "cos" => JsonValues.Real(Math.Cos(x)),
        "acos" => JsonValues.Real(Math.Acos(x)),
        "tan" => JsonValues.Real(Math.Tan(x)),
        "atan" => JsonValues.Real(Math.Atan(x)),
        "log" => JsonValues.Real(Math.Log(x)),
        "floor" => JsonValues.Real(Math.Floor(x)),
        _ => JsonValues.Real(Math.Ceiling(x)),
    })]));

    public static double? Dot(JsonNode? left, JsonNode? right)
    {
        if (left is not JsonArray && right is not JsonArray) return null;
        var count = Math.Min((left as JsonArray)?.Count ?? int.MaxValue, (right as JsonArray)?.Count ?? int.MaxValue);
        double At(JsonNode? from, int i) => JsonValues.Number(from is JsonArray array ? array[i] : from) ?? 0;
        return Enumerable.Range(0, count).Sum(i => At(left, i) * At(right, i));
    }

    public static double? Cosine(double?[] a, double?[] b)
    {
        if (a.Length != b.Length || a.Contains(null) || b.Contains(null)) return null;
        return a.Zip(b).Sum(p => p.First!.Value * p.Second!.Value) / (Math.Sqrt(a.Sum(v => v!.Value * v.Value)) * Math.Sqrt(b.Sum(v => v!.Value * v.Value)));
    }

    public static double? Pearson(double?[] a, double?[] b)
    {
        if (a.Length != b.Length || a.Length == 0 || a.Contains(null) || b.Contains(null)) return null;
        double meanA = a.Average()!.Value, meanB = b.Average()!.Value, top = 0, sumA = 0, sumB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (a[i]!.Value - meanA, b[i]!.Value - meanB);
            (top, sumA, sumB) = (top + (x * y), sumA + (x * x), sumB + (y * y));
        }

        return top / Math.Sqrt(sumA * sumB);
    }

    // A filter of all equal weights is an average unless it is said not to be.
    public static string? Fir(double?[] series, double?[] filter, bool? normalize, bool center, JsonArray written)
    {
        var sum = filter.Sum(f => f ?? 0);
        var scale = (normalize ?? filter.Distinct().Count() == 1) && sum != 0 ? sum : 1;
        var shift = center ? filter.Length / 2 : 0;
        var whole = scale == 1 && written.All(n => JsonValues.Whole(n) is not null) && filter.All(f => f == Math.Floor(f ?? 0.5));
        return JsonValues.Write(new JsonArray([.. Enumerable.Range(0, series.Length).Select(i =>
        {
            var value = Enumerable.Range(0, filter.Length).Sum(j => i + shift - j is >= 0 and var at && at < series.Length ? (filter[j] ?? 0) * (series[at] ?? 0) : 0) / scale;
            return whole ? (JsonNode)(long)value : JsonValues.Real(value);
        })]));
    }

    public static string? Iir(double?[] series, double?[] numerators, double?[] denominators)
    {
        var result = new double[series.Length];
        var first = denominators.Length > 0 ? denominators[0] ?? 1 : 1;
        for (var i = 0; i < series.Length; i++)
        {
            var value = Enumerable.Range(0, numerators.Length).Sum(j => i >= j ? (numerators[j] ?? 0) * (series[i - j] ?? 0) : 0);
            value -= Enumerable.Range(1, Math.Max(0, denominators.Length - 1)).Sum(j => i >= j ? (denominators[j] ?? 0) * result[i - j] : 0);
            result[i] = value / first;
        }

        return JsonValues.Write(new JsonArray([.. result.Select(JsonValues.Real)]));
    }

    public static string? Fill(JsonArray array, JsonNode? missing, bool backward)
    {
        JsonNode? last = missing;
        var filled = (backward ? array.Reverse() : array).Select(n => JsonNode.DeepEquals(n, missing) ? last : last = n).ToList();
        if (backward) filled.Reverse();
        return JsonValues.Write(new JsonArray([.. filled.Select(JsonValues.Copy)]));
    }

    public static string? FillLinear(JsonArray array, JsonNode? missing, bool edges, JsonNode? constant)
    {
        var known = Enumerable.Range(0, array.Count).Where(i => !JsonNode.DeepEquals(array[i], missing)).ToList();
        return JsonValues.Write(new JsonArray([.. Enumerable.Range(0, array.Count).Select(i =>
        {
            if (known.Count == 0) return JsonValues.Copy(constant ?? 0);
            if (!JsonNode.DeepEquals(array[i], missing)) return JsonValues.Copy(array[i]);
            var (before, after) = (known.LastOrDefault(k => k < i, -1), known.FirstOrDefault(k => k > i, -1));
            if (before < 0 || after < 0) return edges ? JsonValues.Copy(array[before < 0 ? after : before]) : JsonValues.Copy(array[i]);
            var (a, b) = (JsonValues.Number(array[before])!.Value, JsonValues.Number(array[after])!.Value);
            return JsonValues.Real(a + ((b - a) * (i - before) / (after - before)));
        })]));
    }

    public static string? Stats(double?[] series, bool ignoreInfinite)
    {
        var values = series.Select((v, i) => (v, i)).Where(p => p.v is { } v && (!ignoreInfinite || double.IsFinite(v))).ToList();
        if (values.Count == 0) return null;
        var (min, max, mean) = (values.MinBy(p => p.v), values.MaxBy(p => p.v), values.Average(p => p.v!.Value));
        var variance = values.Count > 1 ? values.Sum(p => (p.v!.Value - mean) * (p.v.Value - mean)) / (values.Count - 1) : 0;
        return JsonValues.Write(new JsonObject
        {
            ["min"] = JsonValues.Real(min.v!.Value), ["min_idx"] = min.i, ["max"] = JsonValues.Real(max.v!.Value), ["max_idx"] = max.i,
            ["avg"] = JsonValues.Real(mean), ["stdev"] = JsonValues.Real(Math.Sqrt(variance)), ["variance"] = JsonValues.Real(variance), ["sum"] = JsonValues.Real(values.Sum(p => p.v!.Value)), ["len"] = series.Length,
        });
    }

    public static string? FitLine(double?[] series)
    {
        var n = series.Length;
        if (n < 2 || series.Contains(null)) return null;
        double meanX = (n - 1) / 2.0, meanY = series.Average()!.Value, top = 0, bottom = 0;
        for (var i = 0; i < n; i++) (top, bottom) = (top + ((i - meanX) * (series[i]!.Value - meanY)), bottom + ((i - meanX) * (i - meanX)));
        var slope = top / bottom;
        var intercept = meanY - (slope * meanX);
        var line = Enumerable.Range(0, n).Select(i => intercept + (slope * i)).ToList();
        var variance = series.Sum(v => (v!.Value - meanY) * (v.Value - meanY)) / n;
        var rest = series.Select((v, i) => v!.Value - line[i]).ToList();
        var restVariance = rest.Sum(v => v * v) / n;
        return JsonValues.Write(new JsonObject
        {
            ["rsquare"] = JsonValues.Real(variance == 0 ? 1 : 1 - (restVariance / variance)), ["slope"] = JsonValues.Real(slope), ["variance"] = JsonValues.Real(variance),
            ["rvariance"] = JsonValues.Real(restVariance), ["interception"] = JsonValues.Real(intercept), ["line_fit"] = new JsonArray([.. line.Select(JsonValues.Real)]),
        });
    }

    // Tukey's test at the 10th and 90th percentile: 0 within, else how many half spans outside of 1.5 spans.
    public static string? Outliers(double?[] series)
    {
        var sorted = series.Where(v => v is not null).Select(v => v!.Value).Order().ToList();
        if (sorted.Count == 0) return null;
        double Rank(double p) => sorted[(int)Math.Clamp(Math.Ceiling(p * sorted.Count) - 1, 0, sorted.Count - 1)];
        var (low, high) = (Rank(0.1), Rank(0.9));
        var span = high - low;
        return JsonValues.Write(new JsonArray([.. series.Select(v => v is not { } x ? null : JsonValues.Real(span == 0 ? 0 : x > high ? (x - high) / span : x < low ? (x - low) / span : 0))]));
    }

    /// <summary>The least value whose weight, with that of all below, reaches the rank.</summary>
    public static double? WeightedRank(string? pairs, double rank)
    {
        var sorted = (JsonValues.Array(pairs) ?? []).OfType<JsonArray>().Select(p => (Value: JsonValues.Number(p[0]), Weight: JsonValues.Number(p[1]) ?? 0)).Where(p => p.Value is not null).OrderBy(p => p.Value).ToList();
        var wanted = rank / 100 * sorted.Sum(p => p.Weight);
        double seen = 0;
        foreach (var (value, weight) in sorted)
        {
            seen += weight;
            if (seen >= wanted) return value;
        }

        return sorted.Count > 0 ? sorted[^1].Value : null;
    }

    private static JsonNode? One(string op, JsonNode? left, JsonNode? right)
    {
        if (JsonValues.Number(left) is not { } a || JsonValues.Number(right) is not { } b) return null;
        if (op is "+" or "-" or "*" && JsonValues.Whole(left) is { } x && JsonValues.Whole(right) is { } y)
            return unchecked(op switch { "+" => x + y, "-" => x - y, _ => x * y });
        return op switch
        {
            "+" => JsonValues.Real(a + b),
            "-" => JsonValues.Real(a - b),
            "*" => JsonValues.Real(a * b),
            "/" => JsonValues.Real(a / b),
            "^" => JsonValues.Real(Math.Pow(a, b)),
            ">" => a > b,
            ">=" => a >= b,
            "<" => a < b,
            "<=" => a <= b,
            "==" => a.Equals(b),
            _ => !a.Equals(b),
        };
    }
}
