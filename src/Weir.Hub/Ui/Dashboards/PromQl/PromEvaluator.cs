using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Hub.Ui.Dashboards.Samples;

namespace Weir.Hub.Ui.Dashboards.PromQl;

/// <summary>Evaluates PromQL over the hub's own samples, moment by moment.</summary>
/// <param name="samples">The samples.</param>
internal sealed class PromEvaluator(SampleStore samples)
{
    private const double Lookback = 300;

    /// <summary>Points of an answer at most.</summary>
    private const int MostPoints = 11_000;

    // What does not change from moment to moment is looked up once.
    private readonly Dictionary<PromExpr, IReadOnlyList<SampleSeries>> _chosen = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PromExpr, List<PromSample>> _atEnd = new(ReferenceEqualityComparer.Instance);
    private double _end;

    /// <summary>The series of a time.</summary>
    /// <param name="expr">What.</param>
    /// <param name="from">The first moment, in seconds since 1970.</param>
    /// <param name="until">The last.</param>
    /// <param name="step">Seconds between two.</param>
    /// <exception cref="UiProblem">There would be too many points, or series do not belong together one to one.</exception>
    public IReadOnlyList<(PromLabels Labels, IReadOnlyList<(double Time, double Value)> Points)> Range(PromExpr expr, double from, double until, double step)
    {
        if ((until - from) / step > MostPoints) throw new UiProblem($"That would be more than {MostPoints} points; give a larger 'step'.");
        _end = until;
        var all = new Dictionary<PromLabels, List<(double, double)>>();
        for (var at = from; at <= until; at += step)
        {
            foreach (var (labels, value) in Of(expr, at))
            {
                if (!all.TryGetValue(labels, out var points)) all[labels] = points = [];
                points.Add((at, value));
            }
        }

        return [.. all.Select(s => (s.Key, (IReadOnlyList<(double, double)>)s.Value))];
    }

    private List<PromSample> Of(PromExpr expr, double at) => expr switch
    {
        PromExpr.Number number => [new PromSample(PromLabels.None, number.Value)],
        PromExpr.Negative negative => [.. Of(negative.Of, at).Select(s => new PromSample(s.Labels.WithoutName(), -s.Value))],
        PromExpr.Selector { Range: null } selector => Newest(selector, at),
        PromExpr.Selector selector => throw PromLexer.Wrong("Series over a time want a function around them, such as rate.", selector.Start, selector.Length),
        PromExpr.Aggregate aggregate => Put(aggregate, at),
        PromExpr.Call call => Called(call, at),
        PromExpr.Binary binary => Both(binary, at),
        _ => throw PromLexer.Wrong("A text stands here where a value is wanted.", expr.Start, expr.Length),
    };

    private List<PromSample> Newest(PromExpr.Selector selector, double at)
    {
        List<PromSample> found = [];
        var until = Until(selector, at);
        foreach (var series in Chosen(selector))
            if (series.Newest(until - Lookback, until) is { } value) found.Add(new PromSample(series.Labels, value));
        return found;
    }

    private double Until(PromExpr.Selector selector, double at) => (selector.IsAtEnd ? _end : at) - selector.Offset.TotalSeconds;

    private List<PromSample> OverRange(PromExpr.Call call, double at)
    {
        var selector = (PromExpr.Selector)call.Arguments[0];
        if (selector.IsAtEnd && _atEnd.TryGetValue(call, out var known)) return known;
        var until = Until(selector, at);
        var from = until - selector.Range!.Value.TotalSeconds;
        List<PromSample> found = [];
        foreach (var series in Chosen(selector))
        {
            var (times, values) = series.Between(from, until);
            if (PromFunctions.OfRange(call.Function, times, values, from, until) is { } value)
                found.Add(new PromSample(call.Function == "last_over_time" ? series.Labels : series.Labels.WithoutName(), value));
        }

        if (selector.IsAtEnd) _atEnd[call] = found;
        return found;
    }

    private IReadOnlyList<SampleSeries> Chosen(PromExpr.Selector selector) =>
        _chosen.TryGetValue(selector, out var series) ? series : _chosen[selector] = samples.Find(selector);

    private List<PromSample> Called(PromExpr.Call call, double at)
    {
        if (PromFunctions.OverRange.Contains(call.Function)) return OverRange(call, at);
        switch (call.Function)
        {
            case "histogram_quantile":
                var share = Single(call.Arguments[0], at);
                return [.. from bucket in Of(call.Arguments[1], at)
                           where double.TryParse(bucket.Labels["le"] == "+Inf" ? "Infinity" : bucket.Labels["le"], NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                           group bucket by bucket.Labels.Without(["le"]) into histogram
                           select new PromSample(histogram.Key, PromFunctions.Quantile(share, histogram.Select(b => (double.Parse(b.Labels["le"] == "+Inf" ? "Infinity" : b.Labels["le"], CultureInfo.InvariantCulture), b.Value))))];
            case "label_replace":
                var (to, by, of, pattern) = (TextOf(call, 1), TextOf(call, 2), TextOf(call, 3), new Regex($"^(?:{TextOf(call, 4)})$", RegexOptions.NonBacktracking));
                return [.. Of(call.Arguments[0], at).Select(s => new PromSample(PromFunctions.Replaced(s.Labels, to, by, of, pattern), s.Value))];
            case "vector":
                return [new PromSample(PromLabels.None, Single(call.Arguments[0], at))];
            case "sort":
                return [.. Of(call.Arguments[0], at).OrderBy(s => s.Value)];
            case "sort_desc":
                return [.. Of(call.Arguments[0], at).OrderByDescending(s => s.Value)];
        }

        var bound = call.Arguments.Count > 1 ? Single(call.Arguments[1], at) : 0;
        return [.. Of(call.Arguments[0], at).Select(s => new PromSample(s.Labels.WithoutName(), call.Function switch
        {
            "clamp_min" => Math.Max(s.Value, bound),
            "clamp_max" => Math.Min(s.Value, bound),
            "abs" => Math.Abs(s.Value),
            "round" => Math.Floor(s.Value + 0.5),
            "ceil" => Math.Ceiling(s.Value),
            _ => Math.Floor(s.Value),
        }))];
    }

    private List<PromSample> Put(PromExpr.Aggregate aggregate, double at)
    {
        var groups = Of(aggregate.Of, at).GroupBy(s => aggregate.IsWithout ? s.Labels.Without(aggregate.Labels) : s.Labels.Only([.. aggregate.Labels]));
        if (aggregate.Operator is "topk" or "bottomk")
        {
            var most = (int)Single(aggregate.Parameter!, at);
            return [.. groups.SelectMany(g => (aggregate.Operator == "topk" ? g.OrderByDescending(s => s.Value) : g.OrderBy(s => s.Value)).Take(most))];
        }

        return [.. groups.Select(g => new PromSample(g.Key, aggregate.Operator switch
        {
            "sum" => g.Sum(s => s.Value),
            "avg" => g.Average(s => s.Value),
            "min" => g.Min(s => s.Value),
            "max" => g.Max(s => s.Value),
            _ => g.Count(),
        }))];
    }

    private List<PromSample> Both(PromExpr.Binary binary, double at)
    {
        var (left, right) = (Of(binary.Left, at), Of(binary.Right, at));
        if (binary.Operator is "and" or "or" or "unless")
        {
            var keys = (binary.Operator == "or" ? left : right).Select(s => Key(binary, s.Labels)).ToHashSet();
            return binary.Operator switch
            {
                "and" => [.. left.Where(s => keys.Contains(Key(binary, s.Labels)))],
                "unless" => [.. left.Where(s => !keys.Contains(Key(binary, s.Labels)))],
                _ => [.. left, .. right.Where(s => !keys.Contains(Key(binary, s.Labels)))],
            };
        }

        if (IsScalar(binary.Right)) return [.. left.Select(s => Result(binary, s.Labels, s.Value, right[0].Value, s.Value)).OfType<PromSample>()];
        if (IsScalar(binary.Left)) return [.. right.Select(s => Result(binary, s.Labels, left[0].Value, s.Value, s.Value)).OfType<PromSample>()];
        var others = new Dictionary<PromLabels, double>();
        foreach (var (labels, value) in right)
            if (!others.TryAdd(Key(binary, labels), value)) throw PromLexer.Wrong("Several series of the right side belong to one of the left; name the labels that tell them apart with on(…).", binary.Start, binary.Length);
        List<PromSample> results = [];
        HashSet<PromLabels> used = [];
        foreach (var (labels, value) in left)
        {
            var key = Key(binary, labels);
            if (!others.TryGetValue(key, out var other)) continue;
            if (!used.Add(key) && !binary.IsManyToOne) throw PromLexer.Wrong("Several series of the left side belong to one of the right; add group_left.", binary.Start, binary.Length);
            if (Result(binary, binary.IsManyToOne || IsComparison(binary) ? labels : key, value, other, value) is { } result) results.Add(result);
        }

        return results;
    }

    private static PromSample? Result(PromExpr.Binary binary, PromLabels labels, double left, double right, double kept)
    {
        if (IsComparison(binary))
        {
            var holds = binary.Operator switch { "==" => left == right, "!=" => left != right, ">" => left > right, "<" => left < right, ">=" => left >= right, _ => left <= right };
            return binary.ReturnsBool ? new PromSample(labels.WithoutName(), holds ? 1 : 0) : holds ? new PromSample(labels, kept) : null;
        }

        return new PromSample(labels.WithoutName(), binary.Operator switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "%" => Math.IEEERemainder(left, right) is var r && r < 0 != left < 0 && r != 0 ? r + right : r,
            _ => Math.Pow(left, right),
        });
    }

    private static bool IsComparison(PromExpr.Binary binary) => binary.Operator is "==" or "!=" or ">" or "<" or ">=" or "<=";

    private static PromLabels Key(PromExpr.Binary binary, PromLabels labels) => binary.On is { } on ? labels.Only([.. on]) : labels.Without([.. binary.Ignoring]);

    private static bool IsScalar(PromExpr expr) => expr switch
    {
        PromExpr.Number => true,
        PromExpr.Negative negative => IsScalar(negative.Of),
        PromExpr.Binary binary => IsScalar(binary.Left) && IsScalar(binary.Right),
        _ => false,
    };

    private double Single(PromExpr expr, double at) => IsScalar(expr) ? Of(expr, at)[0].Value : throw PromLexer.Wrong("A number is wanted here.", expr.Start, expr.Length);

    private static string TextOf(PromExpr.Call call, int at) =>
        call.Arguments[at] is PromExpr.Text text ? text.Value : throw PromLexer.Wrong("A text in quotes is wanted here.", call.Arguments[at].Start, call.Arguments[at].Length);
}
