using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Logic, comparison, and what of the rest has a room of its own.</summary>
internal static class OperatorSql
{
    /// <summary>SQL of an operator.</summary>
    /// <param name="scalar">Where it stands.</param>
    /// <param name="operation">What it is.</param>
    /// <param name="exact">False where a null counts as false.</param>
    public static string Write(ScalarSql scalar, Operation operation, bool exact)
    {
        var (op, operands) = (operation.Operator, operation.Operands);
        string Part(Scalar s) => exact ? scalar.As(s, KqlType.Bool) : scalar.Condition(s);
        return op switch
        {
            ScalarOperator.And => $"({Part(operands[0])} AND {Part(operands[1])})",
            ScalarOperator.Or => $"({Part(operands[0])} OR {Part(operands[1])})",
            ScalarOperator.Equal or ScalarOperator.NotEqual => Equality(scalar, operands[0], operands[1], op == ScalarOperator.NotEqual, exact),
            >= ScalarOperator.Less and <= ScalarOperator.GreaterOrEqual => Order(scalar, op, operands[0], operands[1]),
            ScalarOperator.Between => Between(scalar, operands[0], operands[1], operands[2]),
            ScalarOperator.NotBetween => $"(NOT {Between(scalar, operands[0], operands[1], operands[2])})",
            <= ScalarOperator.Negate => ArithmeticSql.Write(scalar, operation),
            ScalarOperator.In when !exact && OneOf(scalar, operands) is { } stored => stored,
            >= ScalarOperator.In => MembershipSql.Write(scalar, operation),
            _ => TextOperatorSql.Write(scalar, op, operands[0], operands[1], exact),
        };
    }

    /// <summary>The type in which two values are compared.</summary>
    public static KqlType Shared(KqlType left, KqlType right) =>
        left == right || right == KqlType.Unknown ? left
        : left is KqlType.Dynamic or KqlType.Unknown ? right
        : right == KqlType.Dynamic ? left
        : left.IsNumber() && right.IsNumber() ? KqlTypes.Widest(left, right)
        : left == KqlType.Bool || right == KqlType.Bool ? KqlType.Long
        : left;

    private static string Equality(ScalarSql scalar, Scalar left, Scalar right, bool not, bool exact)
    {
        if (!exact && Stored(scalar, left, right, not) is { } stored) return stored;
        var type = Shared(left.Type, right.Type);
        var (a, b) = (scalar.AsComparable(left, type), scalar.AsComparable(right, type));
        if (type == KqlType.Decimal) (a, b) = (DecimalOrder(a), DecimalOrder(b));
        bool nullA = Nullable(left, type), nullB = Nullable(right, type);
        var nan = type == KqlType.Real && !Finite(left) && !Finite(right);
        var same = nan ? $"({a} = {b} AND NOT isnan({a}))" : $"({a} = {b})";
        if (!nullA && !nullB) return not ? $"(NOT {same})" : same;
        if (!exact && !not) return same;
        var known = not ? $"(NOT coalesce({same}, FALSE))" : $"coalesce({same}, FALSE)";
        return nullA && nullB && exact ? $"(CASE WHEN {a} IS NULL AND {b} IS NULL THEN NULL ELSE {known} END)"
            : nullA && nullB ? $"({known} AND NOT ({a} IS NULL AND {b} IS NULL))" : known;
    }

    // A column of a scan against a text that is not empty.
    private static string? Stored(ScalarSql scalar, Scalar left, Scalar right, bool not)
    {
        if (left is Literal) (left, right) = (right, left);
        if (right is not Literal { Type: KqlType.String, Value: string { Length: > 0 } text }) return null;
        if (!not && left is Call { Function.Name: "coalesce" } first) return FirstOf(scalar, first.Arguments, [text]);
        if (!not && Digits(scalar, left, [text]) is { } digits) return digits;
        if (scalar.PlainOf(left) is not { } plain) return null;
        return not ? $"({plain} IS DISTINCT FROM {SqlLiteral.Text(text)})" : $"({plain} = {SqlLiteral.Text(text)})";
    }

    // The first text that is there is one of them: each is where those before it are missing.
    private static string? FirstOf(ScalarSql scalar, IReadOnlyList<Scalar> values, IReadOnlyList<string> texts)
    {
        var (branches, missing) = (new List<string>(), "");
        foreach (var one in values)
        {
            if (Digits(scalar, one, texts) is not { } same || scalar.PlainOf(one) is not { } plain) return null;
            branches.Add($"({same}{missing})");
            missing += $" AND {plain} IS NULL";
        }

        return $"({string.Join(" OR ", branches)})";
    }

    // Digits that no number is written with are none of them.
    private static string? Digits(ScalarSql scalar, Scalar value, IReadOnlyList<string> texts)
    {
        if (scalar.StoredOf(value) is not { Digits: { } digits }) return null;
        var numbers = texts.Where(t => long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 && n.ToString(CultureInfo.InvariantCulture) == t).ToList();
        return numbers.Count switch
        {
            0 => "FALSE",
            1 => $"({digits.Number} = {numbers[0]} AND {digits.Condition})",
            _ => $"({digits.Number} IN ({string.Join(", ", numbers)}) AND {digits.Condition})",
        };
    }

    private static string? OneOf(ScalarSql scalar, IReadOnlyList<Scalar> operands)
    {
        var texts = operands.Skip(1).Select(o => o is Literal { Type: KqlType.String, Value: string { Length: > 0 } text } ? text : null).ToList();
        if (texts.Contains(null)) return null;
        return operands[0] is Call { Function.Name: "coalesce" } first ? FirstOf(scalar, first.Arguments, texts!) : Digits(scalar, operands[0], texts!);
    }

    private static string Order(ScalarSql scalar, ScalarOperator op, Scalar left, Scalar right)
    {
        var type = Shared(left.Type, right.Type);
        var (a, b) = (scalar.AsComparable(left, type), scalar.AsComparable(right, type));
        if (type == KqlType.Decimal) (a, b) = (DecimalOrder(a), DecimalOrder(b));
        var sign = op switch { ScalarOperator.Less => "<", ScalarOperator.LessOrEqual => "<=", ScalarOperator.Greater => ">", _ => ">=" };
        var plain = $"({a} {sign} {b})";
        if (type != KqlType.Real) return plain;

        // DuckDB has NaN above everything; in Kusto it is neither less nor greater.
        var guards = (Finite(left) ? "" : $" AND NOT isnan({a})") + (Finite(right) ? "" : $" AND NOT isnan({b})");
        return guards.Length == 0 ? plain : $"({plain}{guards})";
    }

    private static string Between(ScalarSql scalar, Scalar value, Scalar low, Scalar high) =>
        $"({Order(scalar, ScalarOperator.GreaterOrEqual, value, low)} AND {Order(scalar, ScalarOperator.LessOrEqual, value, high)})";

    /// <summary>Decimals are texts; this is their order.</summary>
    public static string DecimalOrder(string value) => $"try_cast({value} AS DECIMAL(38, 12))";

    private static bool Nullable(Scalar value, KqlType type) => ScalarSql.MayBeNull(value) || (value.Type == KqlType.Dynamic && type == KqlType.String);

    private static bool Finite(Scalar value) => value switch
    {
        Literal { Value: double d } => !double.IsNaN(d),
        Literal { Value: long or int } => true,
        Plan.Convert { Value.Type: KqlType.Int or KqlType.Long or KqlType.Bool } => true,
        _ => value.Type.IsInteger(),
    };
}
