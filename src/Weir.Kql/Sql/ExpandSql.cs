using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>mv-expand, mv-apply, partition: rows out of a row, and bodies that run for each.</summary>
internal static class ExpandSql
{
    public static string Write(QuerySql query, MvExpand expand)
    {
        var lists = Lists(query, expand.Items, expand.BagAsArray, expand.Limit, query.Relation(expand.Input), out var names);
        var (elements, index) = Unnest(query, names, "");
        var columns = expand.Columns.Select(c => $"{Value(c, expand.Items, elements.Names, expand.Index, index) ?? QuerySql.Name(c)} AS {QuerySql.Name(c)}");
        return $"SELECT {string.Join(", ", columns)} FROM (SELECT *, {elements.Sql} FROM ({lists}))";
    }

    public static string Apply(QuerySql query, MvApply apply)
    {
        var (outer, body) = (query.NewName("t"), query.NewName("b"));
        var lists = Lists(query, apply.Items, false, apply.Limit, query.Relation(apply.Input), out var names);
        query.Place(apply.Id, placeholder =>
        {
            var (elements, index) = Unnest(query, names, outer + ".");
            var columns = placeholder.Columns.Select(c => $"{Value(c, apply.Items, elements.Names, apply.Index, index) ?? $"{outer}.{QuerySql.Name(c)}"} AS {QuerySql.Name(c)}");
            return $"SELECT {string.Join(", ", columns)} FROM (SELECT {elements.Sql})";
        });
        var inside = query.Relation(apply.Body);
        var produced = apply.Body.Columns.Select(c => c.Id).ToHashSet();
        var scalar = new ScalarSql(query, c => $"{(produced.Contains(c.Id) ? body : outer)}.{QuerySql.Name(c)}");
        var items = apply.Output.Select(i => $"{scalar.As(i.Value, i.Column.Type)} AS {QuerySql.Name(i.Column)}");
        var row = query.NewName("row");
        return $"SELECT {string.Join(", ", items)} FROM (SELECT *, row_number() OVER () AS {row} FROM ({lists})) AS {outer}, LATERAL ({inside}) AS {body} ORDER BY {outer}.{row}";
    }

    public static string Partition(QuerySql query, Partition partition)
    {
        var (shared, keys, key) = (query.NewName("shared"), query.NewName("p"), query.NewName("k"));
        query.Define($"{shared} AS MATERIALIZED ({query.Relation(partition.Input)})");
        var column = QuerySql.Name(partition.Key);
        query.Place(partition.Id, placeholder =>
        {
            var columns = placeholder.Columns.Select((c, i) => $"{QuerySql.Name(partition.Input.Columns[i])} AS {QuerySql.Name(c)}");
            return $"SELECT {string.Join(", ", columns)} FROM {shared} WHERE {column} IS NOT DISTINCT FROM {keys}.{key}";
        });
        var body = query.Relation(partition.Body);
        var items = partition.Columns.Select(QuerySql.Name);
        return $"SELECT {string.Join(", ", items)} FROM (SELECT DISTINCT {column} AS {key} FROM {shared}) AS {keys}, LATERAL ({body})";
    }

    /// <summary>The input with a list of JSON texts for each expanded expression.</summary>
    private static string Lists(QuerySql query, IReadOnlyList<ExpandItem> items, bool pairs, long? limit, string input, out List<string> names)
    {
        var scalar = query.Over();
        var slice = limit is { } most ? $"[1:{most.ToString(CultureInfo.InvariantCulture)}]" : "";
        names = [.. items.Select(_ => query.NewName("l"))];
        var lists = items.Zip(names, (item, name) => $"json_extract(k_expand({scalar.As(item.Value, KqlType.Dynamic)}, {(pairs ? "TRUE" : "FALSE")}), '$[*]'){slice} AS {name}");
        return $"SELECT *, {string.Join(", ", lists)} FROM ({input})";
    }

    // Several lists side by side: the shorter ones are padded with nulls.
    private static ((string Sql, List<string> Names) Elements, string Index) Unnest(QuerySql query, List<string> lists, string prefix)
    {
        var names = lists.Select(_ => query.NewName("e")).ToList();
        var index = query.NewName("i");
        var parts = lists.Zip(names, (list, name) => $"unnest({prefix}{list}) AS {name}").ToList();
        parts.Add($"unnest(range(0, greatest({string.Join(", ", lists.Select(l => $"len({prefix}{l})"))}))) AS {index}");
        return ((string.Join(", ", parts), names), index);
    }

    private static string? Value(Column column, IReadOnlyList<ExpandItem> items, List<string> elements, Column? index, string position)
    {
        if (index?.Id == column.Id) return position;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Column.Id == column.Id) return Element($"nullif({elements[i]}::VARCHAR, 'null')", items[i].Type);
        }

        return null;
    }

    // typeof() converts numbers among themselves, but never a text to a number.
    private static string Element(string json, KqlType type)
    {
        var value = ConversionSql.Convert(json, KqlType.Dynamic, type);
        return type.IsNumber() || type == KqlType.Bool ? $"(CASE WHEN NOT starts_with({json}, '\"') THEN {value} END)" : value;
    }
}
