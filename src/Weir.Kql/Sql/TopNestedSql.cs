using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>top-nested: each level ranks its groups within those of the level before.</summary>
internal static class TopNestedSql
{
    public static string Write(QuerySql query, TopNested nested)
    {
        var source = query.NewName("src");
        query.Define($"{source} AS MATERIALIZED ({query.Relation(nested.Input)})");
        var scalar = query.Over();
        string? above = null;
        var keys = new List<(string Sql, string Name)>();
        foreach (var level in nested.Levels)
        {
            if (level.Others is not null) throw NotSupportedQueryException.For("top-nested with others");
            var before = keys.Select(k => k.Name).ToList();
            keys.Add((scalar.As(level.KeyValue, level.Key.Type), QuerySql.Name(level.Key)));
            var aggregate = QuerySql.Name(level.Aggregate.Column);
            var rows = $"SELECT {string.Join(", ", keys.Select(k => $"{k.Sql} AS {k.Name}"))}, {scalar.As(level.Aggregate.Value, level.Aggregate.Column.Type)} AS {aggregate} FROM {source} GROUP BY {string.Join(", ", keys.Select(k => k.Sql))}";
            var name = query.NewName("level");
            if (above is not null)
                rows = $"SELECT b.*, {Columns(level)} FROM ({rows}) AS a JOIN {above} AS b ON {string.Join(" AND ", before.Select(k => $"a.{k} IS NOT DISTINCT FROM b.{k}"))}";
            if (level.Count is { } count)
            {
                var rank = query.NewName("rank");
                var part = before.Count == 0 ? "" : $"PARTITION BY {string.Join(", ", before)} ";
                rows = $"SELECT * EXCLUDE ({rank}) FROM (SELECT *, row_number() OVER ({part}ORDER BY {aggregate} {(level.Descending ? "DESC NULLS LAST" : "ASC NULLS FIRST")}) AS {rank} FROM ({rows})) WHERE {rank} <= {scalar.As(count, KqlType.Long)}";
            }

            query.Define($"{name} AS MATERIALIZED ({rows})");
            above = name;
        }

        return $"SELECT {string.Join(", ", nested.Columns.Select(QuerySql.Name))} FROM {above}";
    }

    private static string Columns(TopNestedLevel level) => $"a.{QuerySql.Name(level.Key)}, a.{QuerySql.Name(level.Aggregate.Column)}";
}
