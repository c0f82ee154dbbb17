using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Arithmetic. A long wraps: where 64 bits may not do, the sum that DuckDB refuses is made again by a function that wraps.</summary>
internal static class ArithmeticSql
{
    private const string LastTick = "3155378975999999999";

    public static string Write(ScalarSql scalar, Operation operation)
    {
        var (op, operands, type) = (operation.Operator, operation.Operands, operation.Type);
        if (op == ScalarOperator.Negate) return Negate(scalar.As(operands[0], type), type);
        var (left, right) = (operands[0], operands[1]);
        return type switch
        {
            KqlType.Decimal => $"k_decimal_{Name(op)}({scalar.As(left, KqlType.Decimal)}, {scalar.As(right, KqlType.Decimal)})",
            KqlType.Real => Real(scalar, op, left, right),
            KqlType.DateTime => $"(CASE WHEN {Wrapped(scalar, op, left, right)} BETWEEN 0 AND {LastTick} THEN {Wrapped(scalar, op, left, right)} END)",
            KqlType.TimeSpan when left.Type is KqlType.Real or KqlType.Decimal || right.Type is KqlType.Real or KqlType.Decimal =>
                $"k_long_r({Binary(op, scalar.As(left, KqlType.Real), scalar.As(right, KqlType.Real))})",
            _ => Wrapped(scalar, op, left, right),
        };
    }

    private static string Wrapped(ScalarSql scalar, ScalarOperator op, Scalar left, Scalar right)
    {
        var (a, b) = (scalar.As(left, Ticks(left)), scalar.As(right, Ticks(right)));
        switch (op)
        {
            case ScalarOperator.Divide:
                return right is Literal { Value: long or int } divisor && !divisor.Value.Equals(-1L) && !divisor.Value.Equals(-1)
                    ? $"({a} // {b})" : $"(CASE WHEN {b} = -1 THEN {Negate(a, KqlType.Long)} ELSE {a} // {b} END)";
            case ScalarOperator.Modulo:
                return $"(CASE WHEN {b} = -1 THEN 0 * {b} WHEN {a} % {b} < 0 THEN {a} % {b} + abs({b}) ELSE {a} % {b} END)";
        }

        var plain = Binary(op, a, b);
        var bits = op == ScalarOperator.Multiply ? Bits(left) + Bits(right) : Math.Max(Bits(left), Bits(right)) + 1;
        return bits <= 64 ? plain : $"coalesce(try({plain}), k_{Name(op)}({a}, {b}))";
    }

    private static string Real(ScalarSql scalar, ScalarOperator op, Scalar left, Scalar right)
    {
        var (a, b) = (scalar.As(left, KqlType.Real), scalar.As(right, KqlType.Real));
        return op == ScalarOperator.Modulo ? $"(CASE WHEN {a} % {b} < 0 THEN {a} % {b} + abs({b}) ELSE {a} % {b} END)" : Binary(op, a, b);
    }

    private static string Negate(string value, KqlType type) =>
        type == KqlType.Real ? $"(-({value}))" : type == KqlType.Decimal ? $"k_decimal_sub('0', {value})" : $"coalesce(try(-({value})), {value})";

    private static string Binary(ScalarOperator op, string a, string b) => op switch
    {
        ScalarOperator.Add => $"({a} + {b})",
        ScalarOperator.Subtract => $"({a} - {b})",
        ScalarOperator.Multiply => $"({a} * {b})",
        ScalarOperator.Divide => $"({a} / {b})",
        _ => $"({a} % {b})",
    };

    private static string Name(ScalarOperator op) => op switch
    {
        ScalarOperator.Add => "add",
        ScalarOperator.Subtract => "sub",
        ScalarOperator.Multiply => "mul",
        ScalarOperator.Divide => "div",
        _ => "mod",
    };

    private static KqlType Ticks(Scalar value) => value.Type is KqlType.DateTime or KqlType.TimeSpan ? value.Type : KqlType.Long;

    // How many bits a value needs at most, sign included.
    private static int Bits(Scalar value) => value switch
    {
        Literal { Value: long l } => 65 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(l < 0 ? ~l : l)),
        Literal { Value: int i } => 65 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(i < 0 ? ~i : i)),
        Plan.Convert convert => Bits(convert.Value),
        { Type: KqlType.Int or KqlType.Bool } => 32,
        { Type: KqlType.DateTime } => 63,
        _ => 64,
    };
}
