using System.Text.RegularExpressions;

namespace Weir.Hub.Ui.Dashboards.PromQl;

/// <summary>A series' value at one moment.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct PromSample(PromLabels Labels, double Value);

/// <summary>The functions that are known.</summary>
internal static class PromFunctions
{
    /// <summary>Their names, and how many arguments each has.</summary>
    public static IReadOnlyDictionary<string, int> Arguments { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["rate"] = 1, ["irate"] = 1, ["increase"] = 1, ["max_over_time"] = 1, ["min_over_time"] = 1, ["avg_over_time"] = 1, ["sum_over_time"] = 1, ["last_over_time"] = 1,
        ["histogram_quantile"] = 2, ["label_replace"] = 5, ["clamp_min"] = 2, ["clamp_max"] = 2, ["abs"] = 1, ["round"] = 1, ["ceil"] = 1, ["floor"] = 1,
        ["vector"] = 1, ["sort"] = 1, ["sort_desc"] = 1,
    };

    /// <summary>Those that take series over a time.</summary>
    public static IReadOnlySet<string> OverRange { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "rate", "irate", "increase", "max_over_time", "min_over_time", "avg_over_time", "sum_over_time", "last_over_time" };

    /// <summary>A function of the samples of one series; null where it has too few.</summary>
    /// <param name="name">The function.</param>
    /// <param name="times">The samples' times, in seconds.</param>
    /// <param name="values">Their values.</param>
    /// <param name="from">The beginning of the range, in seconds.</param>
    /// <param name="until">Its end.</param>
    public static double? OfRange(string name, ReadOnlySpan<double> times, ReadOnlySpan<double> values, double from, double until)
    {
        if (values.IsEmpty) return null;
        switch (name)
        {
            case "rate": return Extrapolated(times, values, from, until) / (until - from);
            case "increase": return Extrapolated(times, values, from, until);
            case "irate":
                if (values.Length < 2) return null;
                var step = values[^1] < values[^2] ? values[^1] : values[^1] - values[^2];
                return step / (times[^1] - times[^2]);
            case "last_over_time": return values[^1];
        }

        var (sum, min, max) = (0.0, double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values) (sum, min, max) = (sum + value, Math.Min(min, value), Math.Max(max, value));
        return name switch { "max_over_time" => max, "min_over_time" => min, "sum_over_time" => sum, _ => sum / values.Length };
    }

    /// <summary>The value below which a share of a histogram's observations lies; the buckets of one histogram in any order.</summary>
    public static double Quantile(double share, IEnumerable<(double Bound, double Count)> buckets)
    {
        var sorted = buckets.OrderBy(b => b.Bound).ToList();
        if (sorted.Count < 2 || !double.IsPositiveInfinity(sorted[^1].Bound)) return double.NaN;
        var rank = share * sorted[^1].Count;
        if (sorted[^1].Count == 0) return double.NaN;
        var at = sorted.FindIndex(b => b.Count >= rank);
        if (at < 0 || at == sorted.Count - 1) return sorted[^2].Bound;
        var (lower, below) = at == 0 ? (0.0, 0.0) : (sorted[at - 1].Bound, sorted[at - 1].Count);
        if (at == 0 && sorted[0].Bound <= 0) return sorted[0].Bound;
        var inside = sorted[at].Count - below;
        return inside <= 0 ? sorted[at].Bound : lower + ((sorted[at].Bound - lower) * (rank - below) / inside);
    }

    /// <summary>The labels with one made of another.</summary>
    public static PromLabels Replaced(PromLabels labels, string to, string by, string of, Regex pattern)
    {
        var match = pattern.Match(labels[of]);
        return match.Success ? labels.With(to, match.Result(by)) : labels;
    }

    // As Prometheus does it: resets are added up, and what is missing at both ends of the range is assumed to go on as inside it,
    // but for half a step beyond the samples where they end well inside the range, and never below zero.
    private static double? Extrapolated(ReadOnlySpan<double> times, ReadOnlySpan<double> values, double from, double until)
    {
        if (values.Length < 2) return null;
        var sum = values[^1] - values[0];
        for (var i = 1; i < values.Length; i++)
            if (values[i] < values[i - 1]) sum += values[i - 1];
        var (sampled, average) = (times[^1] - times[0], (times[^1] - times[0]) / (values.Length - 1));
        var (before, after) = (times[0] - from, until - times[^1]);
        if (sum > 0 && values[0] >= 0) before = Math.Min(before, sampled * (values[0] / sum));
        var threshold = average * 1.1;
        var whole = sampled + (before < threshold ? before : average / 2) + (after < threshold ? after : average / 2);
        return sum * (whole / sampled);
    }
}
