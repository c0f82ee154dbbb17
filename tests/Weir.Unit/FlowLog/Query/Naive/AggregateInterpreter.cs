using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;
using Convert = System.Convert;

namespace Weir.Unit.FlowLog.Query.Naive;

/// <summary>Values of aggregates over the rows of a group.</summary>
internal static class AggregateInterpreter
{
    /// <summary>The value of an expression over aggregates.</summary>
    public static object? Value(Scalar scalar, Func<Scalar, object?[], object?> over, List<object?[]> rows) => scalar switch
    {
        AggregateCall call => Aggregate(call, s => [.. rows.Select(r => over(s, r))]),
        Weir.Kql.Plan.Convert convert => ScalarInterpreter.As(Value(convert.Value, over, rows), convert.Type),
        _ => throw new NotSupportedException($"The second evaluator does not know {scalar.GetType().Name} over aggregates."),
    };

    private static object? Aggregate(AggregateCall call, Func<Scalar, List<object?>> column)
    {
        if (call.Function.Name == "count") return (long)column(new Literal(KqlType.Bool, true)).Count;
        var all = column(call.Arguments[0]);
        var values = all.Where(v => v is not null).ToList();
        switch (call.Function.Name)
        {
            case "countif": return values.LongCount(v => v is true);
            case "dcount" or "count_distinct": return (long)values.Select(v => PlanInterpreter.Key([v])).Distinct().Count();
            case "sum" when call.Type == KqlType.Real: return values.Sum(Real);
            case "sum": return values.Aggregate(0L, (sum, v) => unchecked(sum + Convert.ToInt64(v, CultureInfo.InvariantCulture)));
            case "sumif": return Sum(all, column(call.Arguments[1]));
            case "avg": return values.Count == 0 ? double.NaN : values.Average(Real);
            case "min": return Extreme(values, -1, call.Type);
            case "max": return Extreme(values, 1, call.Type);
            default: throw new NotSupportedException($"The second evaluator does not know {call.Function.Name}().");
        }
    }

    private static long Sum(List<object?> values, List<object?> conditions) =>
        values.Zip(conditions).Where(v => v is { First: not null, Second: true }).Aggregate(0L, (sum, v) => unchecked(sum + Convert.ToInt64(v.First, CultureInfo.InvariantCulture)));

    private static object? Extreme(List<object?> values, int sign, KqlType type) =>
        values.Count == 0 ? (type == KqlType.String ? "" : null) : values.Aggregate((a, b) => ScalarInterpreter.Order(a!, b!) * sign >= 0 ? a : b);

    private static double Real(object? value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
