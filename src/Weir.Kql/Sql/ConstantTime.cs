using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Times that a query's text settles.</summary>
public static class ConstantTime
{
    /// <summary>The instant, or the length of time, in ticks; null where the rows decide.</summary>
    /// <param name="value">The expression.</param>
    /// <param name="now">now(), in ticks.</param>
    public static long? Of(Scalar value, long now) => value switch
    {
        Literal { Type: KqlType.DateTime or KqlType.TimeSpan, Value: long ticks } => ticks,
        Call { Function.Name: "now", Arguments: [] } => now,
        Call { Function.Name: "now", Arguments: [var offset] } => now + Of(offset, now),
        Call { Function.Name: "ago", Arguments: [var span] } => now - Of(span, now),
        Operation { Operator: ScalarOperator.Add, Operands: [var a, var b], Type: KqlType.DateTime } => Of(a, now) + Of(b, now),
        Operation { Operator: ScalarOperator.Subtract, Operands: [var a, var b], Type: KqlType.DateTime } => Of(a, now) - Of(b, now),
        _ => null,
    };
}
