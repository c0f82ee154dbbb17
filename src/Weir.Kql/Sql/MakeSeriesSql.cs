using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>make-series: a grid of groups and bins, filled from the groups that exist.</summary>
internal static class MakeSeriesSql
{
    public static string Write(QuerySql query, MakeSeries series)
    {
        var scalar = query.Over();
        var real = series.AxisValue.Type is KqlType.Real or KqlType.Decimal;
        string Axis(Scalar s) => scalar.As(s, real ? KqlType.Real : s.Type is KqlType.DateTime or KqlType.TimeSpan ? s.Type : KqlType.Long);
        var (step, x, source) = (Axis(series.Step), query.NewName("x"), query.NewName("src"));
        query.Define($"{source} AS MATERIALIZED (SELECT *, {Axis(series.AxisValue)} AS {x} FROM ({query.Relation(series.Input)}))");

        var (first, bins, bin) = (query.NewName("first"), query.NewName("bins"), query.NewName("bin"));
        var floor = real ? $"floor(min({x}) / {step}) * {step}" : $"min({x}) - ((min({x}) % {step} + {step}) % {step})";
        var from = series.From is null ? $"(SELECT {floor} FROM {source})" : Axis(series.From);
        var end = series.To is null ? $"(SELECT max({x}) FROM {source})" : Axis(series.To);
        var span = $"({end} - {first})";
        var count = series.To is null || series.Inclusive ? (real ? $"floor({span} / {step}) + 1" : $"{span} // {step} + 1") : real ? $"ceil({span} / {step})" : $"({span} + {step} - 1) // {step}";
        var bounds = query.NewName("bounds");
        query.Define($"{bounds} AS MATERIALIZED (SELECT {first}, ({count})::BIGINT AS {bins} FROM (SELECT {from} AS {first}))");

        var keys = series.Keys.Select(k => (Sql: scalar.As(k.Value, k.Column.Type), Name: QuerySql.Name(k.Column))).ToList();
        var values = series.Items.Select(i => (i, Name: query.NewName("v"))).ToList();
        var at = real ? $"floor(({x} - {first}) / {step})::BIGINT" : $"(({x} - {first}) // {step})";
        var inRange = $"{x} >= {first} AND {at} < {bins}";
        string Keys(Func<(string Sql, string Name), string> part) => string.Concat(keys.Select(k => part(k) + ", "));
        var grouped = query.NewName("agg");
        query.Define($"{grouped} AS MATERIALIZED (SELECT {Keys(k => $"{k.Sql} AS {k.Name}")}{at} AS {bin}, {string.Join(", ", values.Select(v => $"{scalar.Write(v.i.Value)} AS {v.Name}"))} FROM {source}, {bounds} WHERE {inRange} GROUP BY {Keys(k => k.Sql)}{at})");

        var groups = keys.Count > 0 ? $"SELECT DISTINCT {string.Join(", ", keys.Select(k => k.Name))} FROM {grouped}"
            : series.NonEmpty ? "SELECT 1 AS one" : $"SELECT DISTINCT 1 AS one FROM {grouped}";
        var on = string.Concat(keys.Select(k => $" AND g.{k.Name} IS NOT DISTINCT FROM a.{k.Name}"));
        var columns = keys.Select(k => $"g.{k.Name}")
            .Concat(values.Select(v => $"'[' || string_agg({Element(scalar, v.i, $"a.{v.Name}", $"a.{bin}")}, ',' ORDER BY n.i) || ']' AS {QuerySql.Name(v.i.Column)}"))
            .Append($"'[' || string_agg({ConversionSql.Convert($"({first} + n.i * {step})", real ? KqlType.Real : series.AxisValue.Type, KqlType.Dynamic)}, ',' ORDER BY n.i) || ']' AS {QuerySql.Name(series.Axis)}");
        var group = keys.Count > 0 ? $" GROUP BY {string.Join(", ", keys.Select(k => $"g.{k.Name}"))}" : " GROUP BY g.one";
        return $"SELECT {string.Join(", ", columns)} FROM ({groups}) AS g CROSS JOIN {bounds} CROSS JOIN LATERAL (SELECT unnest(range(0, {bins}))) AS n(i) LEFT JOIN {grouped} AS a ON a.{bin} = n.i{on}{group}";
    }

    private static string Element(ScalarSql scalar, SeriesItem item, string value, string bin)
    {
        var type = item.Value.Type;
        return $"(CASE WHEN {bin} IS NULL THEN coalesce({ConversionSql.Convert(scalar.As(item.Default, type), type, KqlType.Dynamic)}, 'null') ELSE coalesce({ConversionSql.Convert(value, type, KqlType.Dynamic)}, 'null') END)";
    }
}
