using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;
using Convert = System.Convert;

namespace Weir.Unit.FlowLog.Query.Naive;

/// <summary>Values of expressions over one row: null is null, texts are never null, instants and lengths of time are ticks.</summary>
internal static class ScalarInterpreter
{
    /// <summary>The value of an expression.</summary>
    /// <param name="scalar">The expression.</param>
    /// <param name="column">The row's columns.</param>
    public static object? Value(Scalar scalar, Func<Column, object?> column)
    {
        object? Of(Scalar s) => Value(s, column);
        return scalar switch
        {
            Literal literal => literal.Value is null && literal.Type == KqlType.String ? "" : literal.Value,
            ColumnRef reference => column(reference.Column),
            Weir.Kql.Plan.Convert convert => As(Of(convert.Value), convert.Type),
            Operation operation => Operate(operation.Operator, [.. operation.Operands.Select(Of)], operation.Type),
            Call { Function.Name: "iff" } call => As(Of(call.Arguments[0]) is true ? Of(call.Arguments[1]) : Of(call.Arguments[2]), call.Type),
            Call call => Function(call.Function.Name, [.. call.Arguments.Select(Of)], call.Type),
            _ => throw new NotSupportedException($"The second evaluator does not know {scalar.GetType().Name}."),
        };
    }

    /// <summary>A value in another type.</summary>
    public static object? As(object? value, KqlType type) => (value, type) switch
    {
        (null, KqlType.String) => "",
        (null, _) => null,
        (bool b, KqlType.String) => b ? "True" : "False",
        (int or long, KqlType.String) => Convert.ToString(value, CultureInfo.InvariantCulture),
        (int i, KqlType.Long) => (long)i,
        (int or long, KqlType.Real) => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        (bool b, KqlType.Long) => b ? 1L : 0L,
        (bool b, KqlType.Int) => b ? 1 : 0,
        (long l, KqlType.Int) => l is >= int.MinValue and <= int.MaxValue ? (int)l : null,
        _ => value,
    };

    /// <summary>Which of two values, none of them null, is the greater.</summary>
    public static int Order(object left, object right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (int or long, int or long) => Long(left).CompareTo(Long(right)),
        _ => Real(left).CompareTo(Real(right)),
    };

    private static object? Operate(ScalarOperator op, object?[] x, KqlType type) => op switch
    {
        ScalarOperator.And => x[0] is false || x[1] is false ? false : x[0] is null || x[1] is null ? null : true,
        ScalarOperator.Or => x[0] is true || x[1] is true ? true : x[0] is null || x[1] is null ? null : false,
        ScalarOperator.Equal => Equal(x[0], x[1]),
        ScalarOperator.NotEqual => Equal(x[0], x[1]) is bool same ? !same : null,
        ScalarOperator.Between => Both(Compare(x[0], x[1], c => c >= 0), Compare(x[0], x[2], c => c <= 0)),
        ScalarOperator.In => x.Skip(1).Any(m => Equal(x[0], m) is true),
        ScalarOperator.NotIn => !x.Skip(1).Any(m => Equal(x[0], m) is true),
        ScalarOperator.Less => Compare(x[0], x[1], c => c < 0),
        ScalarOperator.LessOrEqual => Compare(x[0], x[1], c => c <= 0),
        ScalarOperator.Greater => Compare(x[0], x[1], c => c > 0),
        ScalarOperator.GreaterOrEqual => Compare(x[0], x[1], c => c >= 0),
        ScalarOperator.EqualIgnoreCase => Lower(x[0]) == Lower(x[1]),
        ScalarOperator.Contains => Lower(x[0]).Contains(Lower(x[1]), StringComparison.Ordinal),
        ScalarOperator.NotContains => !Lower(x[0]).Contains(Lower(x[1]), StringComparison.Ordinal),
        ScalarOperator.ContainsCs => ((string)x[0]!).Contains((string)x[1]!, StringComparison.Ordinal),
        ScalarOperator.StartsWith => Lower(x[0]).StartsWith(Lower(x[1]), StringComparison.Ordinal),
        ScalarOperator.EndsWith => Lower(x[0]).EndsWith(Lower(x[1]), StringComparison.Ordinal),
        ScalarOperator.Has => Terms(Lower(x[0])).Contains(Lower(x[1])),
        ScalarOperator.NotHas => !Terms(Lower(x[0])).Contains(Lower(x[1])),
        _ when x.Contains(null) => null,
        ScalarOperator.Negate => type == KqlType.Real ? -Real(x[0]!) : As(unchecked(-Long(x[0]!)), type),
        _ when type == KqlType.Real => Reals(op, Real(x[0]!), Real(x[1]!)),
        _ => As(Wholes(op, Long(x[0]!), Long(x[1]!)), type),
    };

    // Whole numbers wrap around; division cuts towards zero, and the rest of one is never negative.
    private static long? Wholes(ScalarOperator op, long a, long b) => op switch
    {
        ScalarOperator.Add => unchecked(a + b),
        ScalarOperator.Subtract => unchecked(a - b),
        ScalarOperator.Multiply => unchecked(a * b),
        ScalarOperator.Divide => b == 0 ? null : b == -1 ? unchecked(-a) : a / b,
        ScalarOperator.Modulo => b == 0 ? null : b == -1 ? 0 : a % b is var rest && rest < 0 ? rest + Math.Abs(b) : rest,
        _ => throw new NotSupportedException($"The second evaluator does not know {op}."),
    };

    private static double Reals(ScalarOperator op, double a, double b) => op switch
    {
        ScalarOperator.Add => a + b,
        ScalarOperator.Subtract => a - b,
        ScalarOperator.Multiply => a * b,
        ScalarOperator.Divide => a / b,
        _ => throw new NotSupportedException($"The second evaluator does not know {op} of reals."),
    };

    private static object? Function(string name, object?[] x, KqlType type) => (name, x) switch
    {
        ("not", _) => x[0] is bool b ? !b : null,
        ("isnull", _) => x[0] is null,
        ("isnotnull", _) => x[0] is not null,
        ("isempty", _) => x[0] is null or "",
        ("isnotempty", _) => x[0] is not (null or ""),
        ("coalesce", _) => As(x.FirstOrDefault(v => v is not (null or "")), type),
        ("strcat", _) => string.Concat(x.Select(v => As(v, KqlType.String))),
        ("strlen", [string text]) => (long)text.EnumerateRunes().Count(),
        ("toupper", [string text]) => text.ToUpperInvariant(),
        ("tolower", [string text]) => text.ToLowerInvariant(),
        ("tostring", _) => As(x[0], KqlType.String),
        ("tolong", _) => As(x[0], KqlType.Long),
        ("toreal" or "todouble", _) => As(x[0], KqlType.Real),
        ("abs", [{ } value]) => value is double d ? Math.Abs(d) : As(Math.Abs(Long(value)), type),
        ("bin", [{ } value, { } width]) => Long(width) <= 0 ? null : Long(value) - Wholes(ScalarOperator.Modulo, Long(value), Long(width)),
        ("startofday", [long ticks]) => ticks - (ticks % TimeSpan.TicksPerDay),
        ("max_of", [{ } a, { } b]) => As(Order(a, b) >= 0 ? a : b, type),
        ("min_of", [{ } a, { } b]) => As(Order(a, b) <= 0 ? a : b, type),
        ("max_of" or "min_of", _) => As(x.FirstOrDefault(v => v is not null), type),
        (_, _) when x.Contains(null) => null,
        _ => throw new NotSupportedException($"The second evaluator does not know {name}()."),
    };

    private static bool? Equal(object? a, object? b) => a is null && b is null ? null : a is not null && b is not null && !IsNaN(a) && !IsNaN(b) && Order(a, b) == 0;

    private static bool? Compare(object? a, object? b, Func<int, bool> test) => a is null || b is null ? null : !IsNaN(a) && !IsNaN(b) && test(Order(a, b));

    private static bool? Both(bool? a, bool? b) => a is false || b is false ? false : a is null || b is null ? null : true;

    private static bool IsNaN(object value) => value is double d && double.IsNaN(d);

    private static long Long(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static double Real(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string Lower(object? text) => ((string)text!).ToLowerInvariant();

    private static string[] Terms(string text) => text.Split([.. text.Where(c => !char.IsLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries);
}
