using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Calls of built-in scalar functions: a few have a rule of their own, the others a line in <see cref="FunctionSql"/>.</summary>
internal static class CallSql
{
    public static string Write(ScalarSql scalar, Call call)
    {
        var arguments = call.Arguments;
        string At(int index, KqlType type) => scalar.As(arguments[index], type);
        switch (call.Function.Name)
        {
            case "now": return arguments.Length == 0 ? SqlLiteral.Long(scalar.Query.Settings.NowTicks) : $"({SqlLiteral.Long(scalar.Query.Settings.NowTicks)} + {At(0, KqlType.TimeSpan)})";
            case "ago": return Ago(scalar, arguments[0]);
            case "iff" or "iif": return $"(CASE WHEN {scalar.Condition(arguments[0])} THEN {At(1, call.Type)} ELSE {At(2, call.Type)} END)";
            case "case": return Case(scalar, call);
            case "coalesce": return Coalesce(scalar, call);
            case "max_of": return Extreme(scalar, call, "greatest");
            case "min_of": return Extreme(scalar, call, "least");
            case "isnull": return IsNull(scalar, arguments[0]);
            case "isnotnull" or "notnull": return $"(NOT {IsNull(scalar, arguments[0])})";
            case "isempty": return IsEmpty(scalar, arguments[0]);
            case "isnotempty" or "notempty": return $"(NOT {IsEmpty(scalar, arguments[0])})";
            case "gettype": return arguments[0].Type == KqlType.Dynamic ? $"k_gettype({scalar.Write(arguments[0])})" : SqlLiteral.Text(arguments[0].Type.Name());
            case "bin" or "floor": return Bin(scalar, call);
            case "bin_at": return BinAt(scalar, call);
            case "range": return $"k_range({SqlLiteral.Text(RangeKind(call))}, {string.Join(", ", arguments.Select(a => RangePart(scalar, call, a)))})";
            case "pack" or "bag_pack" or "pack_dictionary": return $"k_bag_pack({string.Join(", ", arguments.Select((a, i) => scalar.As(a, i % 2 == 0 ? KqlType.String : KqlType.Dynamic)))})";
            case "pack_all": return $"k_pack_all({At(0, KqlType.Bool)}{string.Concat(arguments.Skip(1).Select((a, i) => ", " + scalar.As(a, i % 2 == 0 ? KqlType.String : KqlType.Dynamic)))})";
            case "array_sort_asc" or "array_sort_desc": return $"k_{call.Function.Name}({string.Join(", ", arguments.Select(a => scalar.As(a, a.Type == KqlType.Bool ? KqlType.Bool : KqlType.Dynamic)))})";
            case "substring" when arguments[1] is Literal { Value: long and >= 0 }:
                return arguments.Length == 3 && arguments[2] is not Literal { Value: long and >= 0 } ? ByTable(scalar, call) : $"substr({At(0, KqlType.String)}, {At(1, KqlType.Long)} + 1{(arguments.Length == 3 ? ", " + At(2, KqlType.Long) : "")})";
            default: return ByTable(scalar, call);
        }
    }

    private static string ByTable(ScalarSql scalar, Call call)
    {
        var rule = FunctionSql.Find(call.Function.Name, call.Arguments.Length) ?? throw NotSupportedQueryException.For($"The function {call.Function.Name}()", call.Function.Refusal ?? Refusals.Instead(call.Function.Name));
        var arguments = call.Arguments.Select((a, i) => Argument(scalar, a, rule.Kind(i), call.Type)).ToArray();
        return Result(rule.Fill(arguments), rule.Result, call.Type);
    }

    private static string Argument(ScalarSql scalar, Scalar value, char kind, KqlType result) => kind switch
    {
        's' => scalar.As(value, KqlType.String),
        'l' => scalar.As(value, KqlType.Long),
        'i' => scalar.As(value, KqlType.Int),
        'r' => scalar.As(value, KqlType.Real),
        'b' => scalar.As(value, KqlType.Bool),
        'd' => scalar.As(value, KqlType.Dynamic),
        't' => scalar.As(value, KqlType.DateTime),
        'p' => scalar.As(value, KqlType.TimeSpan),
        'm' => scalar.As(value, KqlType.Decimal),
        'g' => scalar.As(value, KqlType.Guid),
        'j' => value.Type == KqlType.Dynamic ? scalar.Write(value) : $"k_parse_json({scalar.As(value, KqlType.String)})",
        'u' => scalar.As(value, result),
        'n' => "",
        _ => scalar.Write(value),
    };

    private static string Result(string sql, char letter, KqlType wanted)
    {
        var given = letter switch
        {
            's' => KqlType.String,
            'l' => KqlType.Long,
            'i' => KqlType.Int,
            'r' => KqlType.Real,
            'b' => KqlType.Bool,
            'd' => KqlType.Dynamic,
            'm' => KqlType.Decimal,
            'g' => KqlType.Guid,
            _ => wanted,
        };
        if (given == KqlType.Long && wanted is KqlType.DateTime or KqlType.TimeSpan) return sql;
        if (given == KqlType.Long && wanted == KqlType.Int) return $"({sql})::INTEGER";
        return ConversionSql.Convert(sql, given, wanted);
    }

    private static string Ago(ScalarSql scalar, Scalar span) => span is Literal { Value: long ticks }
        ? SqlLiteral.Long(scalar.Query.Settings.NowTicks - ticks) : $"({SqlLiteral.Long(scalar.Query.Settings.NowTicks)} - {scalar.As(span, KqlType.TimeSpan)})";

    private static string Case(ScalarSql scalar, Call call)
    {
        var branches = new List<string>();
        for (var i = 0; i + 1 < call.Arguments.Length; i += 2)
            branches.Add($"WHEN {scalar.Condition(call.Arguments[i])} THEN {scalar.As(call.Arguments[i + 1], call.Type)}");
        return $"(CASE {string.Join(' ', branches)} ELSE {scalar.As(call.Arguments[^1], call.Type)} END)";
    }

    // The empty text counts as missing here, as everywhere.
    private static string Coalesce(ScalarSql scalar, Call call) => call.Type == KqlType.String
        ? $"coalesce({string.Join(", ", call.Arguments.Select(a => PathSql.Text(scalar, Untexted(a)) is { } text ? $"nullif({text}, '')" : $"nullif({scalar.As(a, KqlType.String)}, '')"))}, '')"
        : $"coalesce({string.Join(", ", call.Arguments.Select(a => scalar.As(a, call.Type)))})";

    // tostring(a.b) among others: its text will do, null where it is missing.
    private static Scalar Untexted(Scalar value) => value is Call { Function.Name: "tostring", Arguments: [Member or Element] } call ? call.Arguments[0] : value;

    private static string Extreme(ScalarSql scalar, Call call, string function)
    {
        var values = call.Arguments.Select(a => scalar.As(a, call.Type)).ToList();
        if (call.Type == KqlType.Decimal) values = [.. values.Select(OperatorSql.DecimalOrder)];
        var plain = $"{function}({string.Join(", ", values)})";
        if (call.Type == KqlType.Decimal) return $"({plain})::VARCHAR";
        return call.Type == KqlType.Real && function == "least" ? $"(CASE WHEN {string.Join(" OR ", values.Select(v => $"isnan({v})"))} THEN 'NaN'::DOUBLE ELSE {plain} END)" : plain;
    }

    private static string IsNull(ScalarSql scalar, Scalar value) => value.Type == KqlType.String ? "FALSE"
        : value.Type == KqlType.Dynamic && PathSql.Text(scalar, value) is { } text ? $"({text} IS NULL)"
        : $"({scalar.Write(value)} IS NULL)";

    private static string IsEmpty(ScalarSql scalar, Scalar value) => value.Type switch
    {
        KqlType.String => $"({scalar.Write(value)} = '')",
        KqlType.Dynamic => $"({scalar.As(value, KqlType.String)} = '')",
        _ => $"({scalar.Write(value)} IS NULL)",
    };

    // Rounds down, also below zero.
    private static string Bin(ScalarSql scalar, Call call)
    {
        var (type, first) = (call.Type, call.Arguments[0]);
        if (call.Arguments.Length == 1) return type == KqlType.Real ? $"floor({scalar.As(first, type)})" : scalar.As(first, type);
        var second = call.Arguments[1];
        if (type is KqlType.Real or KqlType.Decimal)
        {
            var (x, step) = (scalar.As(first, KqlType.Real), scalar.As(second, KqlType.Real));
            return ConversionSql.Convert($"(CASE WHEN {step} > 0 THEN floor({x} / {step}) * {step} END)", KqlType.Real, type);
        }

        var value = scalar.As(first, type == KqlType.Int ? KqlType.Long : type);
        var width = scalar.As(second, second.Type is KqlType.TimeSpan or KqlType.DateTime ? second.Type : KqlType.Long);
        var guard = second is Literal { Value: long and > 0 } ? "" : $"CASE WHEN {width} > 0 THEN ";
        var binned = type == KqlType.DateTime ? $"{value} - {value} % {width}" : $"{value} - (({value} % {width} + {width}) % {width})";
        var sql = guard.Length == 0 ? $"({binned})" : $"({guard}{binned} END)";
        return type == KqlType.Int ? $"({sql})::INTEGER" : sql;
    }

    private static string BinAt(ScalarSql scalar, Call call)
    {
        var type = call.Type;
        string Part(Scalar s) => scalar.As(s, type is KqlType.Real or KqlType.Decimal ? KqlType.Real : s.Type is KqlType.TimeSpan or KqlType.DateTime ? s.Type : KqlType.Long);
        var (x, width, at) = (Part(call.Arguments[0]), Part(call.Arguments[1]), Part(call.Arguments[2]));
        var sql = type is KqlType.Real or KqlType.Decimal
            ? $"({at} + floor(({x} - {at}) / {width}) * {width})"
            : $"({x} - ((({x} - {at}) % {width} + {width}) % {width}))";
        return type is KqlType.Int ? $"({sql})::INTEGER" : type == KqlType.Decimal ? ConversionSql.Convert(sql, KqlType.Real, type) : sql;
    }

    private static string RangeKind(Call call) => call.Arguments[0].Type switch
    {
        KqlType.DateTime => "t",
        KqlType.TimeSpan => "p",
        _ => call.Arguments.Any(a => a.Type is KqlType.Real or KqlType.Decimal) ? "r" : "l",
    };

    private static string RangePart(ScalarSql scalar, Call call, Scalar value) =>
        RangeKind(call) == "r" ? scalar.As(value, KqlType.Real) : value.Type is KqlType.DateTime or KqlType.TimeSpan ? scalar.Write(value) : scalar.As(value, KqlType.Long);
}
