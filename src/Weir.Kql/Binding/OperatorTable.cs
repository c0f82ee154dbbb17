using System.Collections.Frozen;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>What an operator is called, and what type it has for the types of its operands.</summary>
internal static class OperatorTable
{
    public static readonly FrozenDictionary<string, ScalarOperator> ByText = new Dictionary<string, ScalarOperator>(StringComparer.Ordinal)
    {
        ["+"] = ScalarOperator.Add, ["-"] = ScalarOperator.Subtract, ["*"] = ScalarOperator.Multiply, ["/"] = ScalarOperator.Divide, ["%"] = ScalarOperator.Modulo,
        ["and"] = ScalarOperator.And, ["or"] = ScalarOperator.Or,
        ["=="] = ScalarOperator.Equal, ["!="] = ScalarOperator.NotEqual, ["<>"] = ScalarOperator.NotEqual,
        ["<"] = ScalarOperator.Less, ["<="] = ScalarOperator.LessOrEqual, [">"] = ScalarOperator.Greater, [">="] = ScalarOperator.GreaterOrEqual,
        ["=~"] = ScalarOperator.EqualIgnoreCase, ["!~"] = ScalarOperator.NotEqualIgnoreCase,
        ["has"] = ScalarOperator.Has, ["!has"] = ScalarOperator.NotHas, ["has_cs"] = ScalarOperator.HasCs, ["!has_cs"] = ScalarOperator.NotHasCs,
        ["hasprefix"] = ScalarOperator.HasPrefix, ["!hasprefix"] = ScalarOperator.NotHasPrefix,
        ["hasprefix_cs"] = ScalarOperator.HasPrefixCs, ["!hasprefix_cs"] = ScalarOperator.NotHasPrefixCs,
        ["hassuffix"] = ScalarOperator.HasSuffix, ["!hassuffix"] = ScalarOperator.NotHasSuffix,
        ["hassuffix_cs"] = ScalarOperator.HasSuffixCs, ["!hassuffix_cs"] = ScalarOperator.NotHasSuffixCs,
        ["contains"] = ScalarOperator.Contains, ["!contains"] = ScalarOperator.NotContains, ["notcontains"] = ScalarOperator.NotContains,
        ["contains_cs"] = ScalarOperator.ContainsCs, ["containscs"] = ScalarOperator.ContainsCs,
        ["!contains_cs"] = ScalarOperator.NotContainsCs, ["notcontainscs"] = ScalarOperator.NotContainsCs,
        ["startswith"] = ScalarOperator.StartsWith, ["!startswith"] = ScalarOperator.NotStartsWith,
        ["startswith_cs"] = ScalarOperator.StartsWithCs, ["!startswith_cs"] = ScalarOperator.NotStartsWithCs,
        ["endswith"] = ScalarOperator.EndsWith, ["!endswith"] = ScalarOperator.NotEndsWith,
        ["endswith_cs"] = ScalarOperator.EndsWithCs, ["!endswith_cs"] = ScalarOperator.NotEndsWithCs,
        ["matches regex"] = ScalarOperator.MatchesRegex, ["between"] = ScalarOperator.Between, ["!between"] = ScalarOperator.NotBetween,
        ["in"] = ScalarOperator.In, ["!in"] = ScalarOperator.NotIn, ["in~"] = ScalarOperator.InIgnoreCase, ["!in~"] = ScalarOperator.NotInIgnoreCase,
        ["has_any"] = ScalarOperator.HasAny, ["has_all"] = ScalarOperator.HasAll,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The type of an arithmetic operator, or null when it is not defined.</summary>
    public static KqlType? Arithmetic(ScalarOperator op, KqlType left, KqlType right)
    {
        if (left == KqlType.Unknown || right == KqlType.Unknown) return KqlType.Unknown;
        if (left.IsNumber() && right.IsNumber()) return KqlTypes.Widest(left, right);
        if (left == KqlType.Dynamic || right == KqlType.Dynamic) return WithDynamic(op, left, right);
        const KqlType time = KqlType.DateTime, span = KqlType.TimeSpan;
        return (op, left, right) switch
        {
            (ScalarOperator.Add, span, span) => span,
            (ScalarOperator.Add, time or span, time or span) => time,
            (ScalarOperator.Subtract, span, span) => span,
            (ScalarOperator.Subtract, time, time) => span,
            (ScalarOperator.Subtract, time, span) or (ScalarOperator.Subtract, span, time) => time,
            (ScalarOperator.Multiply, span, span) => span,
            (ScalarOperator.Multiply, span, _) when right.IsNumber() => span,
            (ScalarOperator.Multiply, _, span) when left.IsNumber() => span,
            (ScalarOperator.Multiply, time, _) when right.IsNumber() => time,
            (ScalarOperator.Multiply, _, time) when left.IsNumber() => time,
            (ScalarOperator.Divide, time or span, span) or (ScalarOperator.Divide, time, time) => KqlType.Real,
            (ScalarOperator.Modulo, time or span, span) or (ScalarOperator.Modulo, time, time) => span,
            (ScalarOperator.Divide or ScalarOperator.Modulo, span or time, _) when right.IsNumber() => left,
            _ => null,
        };
    }

    private static KqlType? WithDynamic(ScalarOperator op, KqlType left, KqlType right)
    {
        if (left == right) return KqlType.Dynamic;
        var other = left == KqlType.Dynamic ? right : left;
        if (other == KqlType.Int) return KqlType.Long;
        if (op == ScalarOperator.Subtract && other == KqlType.DateTime) return KqlType.TimeSpan;
        return other.IsSummable() ? other : null;
    }

    /// <summary>Whether two types may be compared with &lt; and the like.</summary>
    public static bool Ordered(KqlType left, KqlType right) =>
        left == KqlType.Unknown || right == KqlType.Unknown || left == KqlType.Dynamic || right == KqlType.Dynamic
        || ((left.IsNumber() || left == KqlType.Bool) && (right.IsNumber() || right == KqlType.Bool))
        || (left == right && left is KqlType.DateTime or KqlType.TimeSpan);
}
