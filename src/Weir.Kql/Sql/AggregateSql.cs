using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Aggregates over the rows of a group.</summary>
internal static class AggregateSql
{
    /// <summary>Elements at most in what make_list and make_set give.</summary>
    private const string MostElements = "1048576";

    public static string Write(ScalarSql scalar, AggregateCall call)
    {
        var name = call.Function.Name;
        var arguments = call.Arguments;
        string? where = null;
        if (name.EndsWith("if", StringComparison.Ordinal) && name is not "countif")
        {
            var at = Math.Min(name.StartsWith("covariance", StringComparison.Ordinal) ? 2 : 1, arguments.Length - 1);
            where = scalar.Condition(arguments[at]);
            arguments = arguments.RemoveAt(at);
            name = name[..^2].TrimEnd('_');
        }

        var filter = where is null ? "" : $" FILTER (WHERE {where})";
        string First(KqlType type) => scalar.As(arguments[0], type);
        switch (name)
        {
            case "count" or "cnt": return arguments.Length == 0 ? $"count(*){filter}" : $"count({scalar.Write(arguments[0])})";
            case "countif": return $"count(*) FILTER (WHERE {scalar.Condition(arguments[0])})";
            case "dcount" or "count_distinct": return $"count(DISTINCT {scalar.Write(arguments[0])}){filter}";
            case "sum": return Sum(scalar, arguments[0], call.Type, filter);
            case "avg": return Average(scalar, arguments[0], call.Type, filter);
            case "min" or "max": return Extreme(scalar, name, arguments[0], filter);
            case "stdev" or "stdevp" or "variance" or "variancep": return $"coalesce({Spread(name)}({First(KqlType.Real)}){filter}, 0)";
            case "covariance" or "covariancep": return $"coalesce({(name == "covariance" ? "covar_samp" : "covar_pop")}({First(KqlType.Real)}, {scalar.As(arguments[1], KqlType.Real)}){filter}, 0)";
            case "binary_all_and" or "binary_all_or" or "binary_all_xor": return $"bit_{name[11..]}({First(KqlType.Long)}){filter}";
            case "make_list" or "makelist" or "make_list_with_nulls" or "make_set" or "makeset": return Collect(scalar, name, arguments, filter);
            case "make_bag" or "make_dictionary": return $"k_make_bag({Array($"list({First(KqlType.Dynamic)}){filter}")})";
            case "buildschema": return $"k_buildschema({Array($"list({First(KqlType.Dynamic)}){filter}")})";
            case "take_any" or "any": return $"struct_extract(first({Struct(scalar, arguments)}){filter}, 'a{call.Output}')";
            case "hll": return $"replace(coalesce(list(DISTINCT (hash({scalar.Write(arguments[0])}) >> 1)::BIGINT) FILTER (WHERE {where ?? "TRUE"} AND {scalar.Write(arguments[0])} IS NOT NULL), [])::VARCHAR, ' ', '')";
            case "hll_merge": return $"k_make_set({Array($"list({First(KqlType.Dynamic)})")}, {MostElements})";
            case "tdigest" when arguments.Length == 1 && arguments[0].Type != KqlType.TimeSpan: return Array($"list({First(KqlType.Dynamic)})");
            case "tdigest": throw NotSupportedQueryException.For("A tdigest() with weights, or of timespans,", "use percentilew(), or percentile()");
            case "tdigest_merge" or "merge_tdigest" or "merge_tdigests": return $"k_flatten({Array($"list({First(KqlType.Dynamic)})")}, {MostElements})";
            case "passthrough": return $"first({scalar.Write(arguments[0])})";
            case "arg_max" or "argmax" or "arg_min" or "argmin": return Arg(scalar, call, arguments, name.EndsWith("max", StringComparison.Ordinal), filter);
            case "percentile" or "percentiles" or "percentiles_array" or "percentilew" or "percentilesw_array": return PercentileSql.Write(scalar, name, arguments, call.Type, filter);
            default: throw NotSupportedQueryException.For($"The aggregate {call.Function.Name}()", call.Function.Refusal ?? Refusals.Instead(call.Function.Name));
        }
    }

    /// <summary>A list of JSON texts as one JSON array; null elements go.</summary>
    public static string Array(string list) => $"('[' || coalesce(array_to_string({list}, ','), '') || ']')";

    // sum() of 64-bit integers is 128 bits wide in DuckDB; the low 64 are what wrapping would have left.
    private static string Sum(ScalarSql scalar, Scalar value, KqlType type, string filter) => type switch
    {
        KqlType.Real => $"coalesce(sum({scalar.As(value, type)}){filter}, 0)",
        KqlType.Decimal => $"k_decimal_s(coalesce(sum({OperatorSql.DecimalOrder(scalar.As(value, type))}){filter}, 0)::VARCHAR)",
        _ when value.Type == KqlType.Int => $"coalesce(sum({scalar.Write(value)}){filter}, 0)::BIGINT",
        _ => $"(((coalesce(sum({scalar.As(value, type is KqlType.TimeSpan or KqlType.DateTime ? type : KqlType.Long)}){filter}, 0) % 18446744073709551616 + 27670116110564327424) % 18446744073709551616 - 9223372036854775808)::BIGINT)",
    };

    private static string Average(ScalarSql scalar, Scalar value, KqlType type, string filter) => type switch
    {
        KqlType.Real => $"coalesce(avg({scalar.As(value, value.Type.IsInteger() ? KqlType.Long : KqlType.Real)}){filter}, 'NaN'::DOUBLE)",
        KqlType.Decimal => $"k_decimal_r(avg({scalar.As(value, KqlType.Real)}){filter})",
        _ => $"trunc(avg({scalar.As(value, type)}){filter})::BIGINT",
    };

    private static string Extreme(ScalarSql scalar, string name, Scalar value, string filter)
    {
        var sql = scalar.Write(value);
        if (value.Type == KqlType.Decimal) return $"{name}({OperatorSql.DecimalOrder(sql)}){filter}::VARCHAR";
        var plain = $"{name}({sql}){filter}";
        if (value.Type == KqlType.String) return $"coalesce({plain}, '')";
        return value.Type == KqlType.Real && name == "min" ? $"(CASE WHEN coalesce(bool_or(isnan({sql})){filter}, FALSE) THEN 'NaN'::DOUBLE ELSE {plain} END)" : plain;
    }

    private static string Spread(string name) => name switch { "stdev" => "stddev_samp", "stdevp" => "stddev_pop", "variance" => "var_samp", _ => "var_pop" };

    // Arrays among the elements are taken apart: the list is flat by one level.
    private static string Collect(ScalarSql scalar, string name, IReadOnlyList<Scalar> arguments, string filter)
    {
        var value = scalar.As(arguments[0], KqlType.Dynamic);
        var most = arguments.Count > 1 ? scalar.As(arguments[1], KqlType.Long) : MostElements;
        var dynamic = arguments[0].Type == KqlType.Dynamic;
        if (name == "make_list_with_nulls") return dynamic ? $"k_flatten({Array($"list(coalesce({value}, 'null')){filter}")}, {most})" : Array($"list(coalesce({value}, 'null')){filter}");
        if (name is "make_set" or "makeset") return $"k_make_set({Array($"list({(dynamic ? "" : "DISTINCT ")}{value}){filter}")}, {most})";
        return dynamic ? $"k_flatten({Array($"list({value}){filter}")}, {most})"
            : arguments.Count == 1 ? Array($"list({value}){filter}")
            : Array($"list_filter(list({value}){filter}, lambda x: x IS NOT NULL)[1:{most}]");
    }

    // Nulls come last, but a group of nulls alone still gives a row; NaN is both the least and the greatest.
    private static string Arg(ScalarSql scalar, AggregateCall call, IReadOnlyList<Scalar> arguments, bool max, string filter)
    {
        var key = scalar.Write(arguments[0]);
        if (arguments[0].Type == KqlType.Decimal) key = OperatorSql.DecimalOrder(key);
        if (arguments[0].Type == KqlType.Dynamic) key = scalar.As(arguments[0], KqlType.String);
        if (arguments[0].Type == KqlType.Real && !max) key = $"(CASE WHEN isnan({key}) THEN '-Infinity'::DOUBLE ELSE {key} END)";
        var row = Struct(scalar, arguments);
        return $"struct_extract(coalesce({(max ? "arg_max" : "arg_min")}({row}, {key}){filter}, first({row}){filter}), 'a{call.Output}')";
    }

    private static string Struct(ScalarSql scalar, IReadOnlyList<Scalar> arguments) =>
        $"{{{string.Join(", ", arguments.Select((a, i) => $"'a{i}': {scalar.Write(a)}"))}}}";
}
