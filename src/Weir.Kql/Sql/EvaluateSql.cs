using Weir.Kql.Binding;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>evaluate: the plugins that are queries over their input.</summary>
internal static class EvaluateSql
{
    public static string Write(QuerySql query, Evaluate evaluate)
    {
        var input = evaluate.Input is null ? "SELECT 1" : query.Relation(evaluate.Input);
        return evaluate.Plugin.Name switch
        {
            "bag_unpack" => Unpack(query, evaluate, input),
            "pivot" => Pivot(query, evaluate, input),
            "narrow" => Narrow(query, evaluate, input),
            "ipv4_lookup" or "ipv6_lookup" => Lookup(query, evaluate, input),
            var name => throw NotSupportedQueryException.For($"The plugin {name}()", evaluate.Plugin.Refusal ?? Refusals.Instead(name)),
        };
    }

    /// <summary>A question whose answers, one text a row, tell the columns of a plugin; null when the plugin is none of these.</summary>
    public static string? Discovery(QuerySql query, Evaluate evaluate)
    {
        if (evaluate.Input is null || evaluate.Arguments is not [{ } first, ..]) return null;
        var input = query.Relation(evaluate.Input);
        var scalar = query.Over();
        return evaluate.Plugin.Name switch
        {
            "bag_unpack" => $"SELECT DISTINCT k_shape({scalar.As(first, KqlType.Dynamic)}) FROM ({input})",
            "pivot" => $"SELECT DISTINCT {scalar.As(first, KqlType.String)} FROM ({input})",
            _ => null,
        };
    }

    // A column that the input has too keeps the input's value, unless the source is to be replaced.
    private static string Unpack(QuerySql query, Evaluate evaluate, string input)
    {
        var bag = evaluate.Arguments[0]!;
        var json = query.Over().As(bag, KqlType.Dynamic);
        var prefix = evaluate.Arguments.Length > 1 && evaluate.Arguments[1] is Literal { Value: string text } ? text : "";
        var replace = evaluate.Arguments.Skip(2).Any(a => a is Literal { Value: "replace_source" });
        var columns = evaluate.Columns.Select(c =>
        {
            var source = evaluate.Input!.Columns.FirstOrDefault(i => i.Name == c.Name && !(bag is ColumnRef r && r.Column.Id == i.Id));
            var key = c.Name.StartsWith(prefix, StringComparison.Ordinal) ? c.Name[prefix.Length..] : c.Name;
            var member = ConversionSql.Convert($"k_member({json}, {SqlLiteral.Text(key)})", KqlType.Dynamic, c.Type);
            var value = source is null ? member : ConversionSql.Convert(QuerySql.Name(source), source.Type, c.Type);
            if (source is not null && replace) value = $"(CASE WHEN k_bag_has_key({json}, {SqlLiteral.Text(key)}) THEN {member} ELSE {value} END)";
            return $"{value} AS {QuerySql.Name(c)}";
        }).ToList();
        return $"SELECT {(columns.Count == 0 ? "1" : string.Join(", ", columns))} FROM ({input})";
    }

    private static string Pivot(QuerySql query, Evaluate evaluate, string input)
    {
        var scalar = query.Over();
        var (aggregate, pivot, cell) = (evaluate.Arguments.Length > 1 ? evaluate.Arguments[1] : null, query.NewName("p"), query.NewName("v"));
        var given = evaluate.Arguments.Skip(2).OfType<ColumnRef>().Select(r => r.Column).ToList();
        var used = Columns(evaluate.Arguments[0]).Concat(aggregate is null ? [] : Columns(aggregate)).ToHashSet();
        var keys = given.Count > 0 ? given : [.. evaluate.Input!.Columns.Where(c => !used.Contains(c.Id))];
        var list = string.Concat(keys.Select(k => QuerySql.Name(k) + ", "));
        var type = aggregate?.Type ?? KqlType.Long;
        var value = aggregate is null ? "count(*)" : scalar.Write(aggregate);
        var grouped = $"SELECT {list}{scalar.As(evaluate.Arguments[0]!, KqlType.String)} AS {pivot}, {value} AS {cell} FROM ({input}) GROUP BY {list}{pivot}";
        var missing = aggregate is null or AggregateCall { Function.Name: "count" or "countif" or "sum" or "sumif" or "dcount" or "dcountif" } && type.IsNumber() ? "0" : SqlLiteral.Null(type);
        var columns = evaluate.Columns.Select((c, i) => i < keys.Count
            ? $"{QuerySql.Name(keys[i])} AS {QuerySql.Name(c)}"
            : $"coalesce(max({cell}) FILTER (WHERE {pivot} = {SqlLiteral.Text(c.Name)}), {missing})::{TypeSql.Of(c.Type)} AS {QuerySql.Name(c)}").ToList();
        var group = keys.Count == 0 ? "" : $" GROUP BY {string.Join(", ", keys.Select(QuerySql.Name))}";
        return columns.Count == 0 ? $"SELECT 1 FROM ({grouped})" : $"SELECT {string.Join(", ", columns)} FROM ({grouped}){group}";
    }

    private static string Narrow(QuerySql query, Evaluate evaluate, string input)
    {
        var scalar = query.Over();
        var columns = evaluate.Input!.Columns;
        var names = string.Join(", ", columns.Select(c => SqlLiteral.Text(c.Name)));
        var values = string.Join(", ", columns.Select(c => scalar.As(new ColumnRef(c), KqlType.String)));
        var output = evaluate.Columns.Select(QuerySql.Name).ToList();
        return $"SELECT (row_number() OVER () - 1) // {columns.Length} AS {output[0]}, {output[1]}, {output[2]} FROM (SELECT unnest([{names}]) AS {output[1]}, unnest([{values}]) AS {output[2]} FROM ({input}))";
    }

    private static string Lookup(QuerySql query, Evaluate evaluate, string input)
    {
        var table = evaluate.Tables[0];
        var left = new ScalarSql(query, c => $"l.{QuerySql.Name(c)}");
        var right = new ScalarSql(query, c => $"r.{QuerySql.Name(c)}");
        var unmatched = evaluate.Arguments.Skip(3).Any(a => a is Literal { Value: true });
        var on = $"k_{evaluate.Plugin.Name[..4]}_is_in_range({left.As(evaluate.Arguments[1]!, KqlType.String)}, {right.As(evaluate.Arguments[2]!, KqlType.String)})";
        foreach (var extra in evaluate.Arguments.Skip(3).OfType<ColumnRef>())
        {
            var other = table.Columns.FirstOrDefault(c => c.Name == extra.Column.Name) ?? throw NotSupportedQueryException.For($"A lookup by {extra.Column.Name}, which the looked-up table does not have,");
            on += $" AND l.{QuerySql.Name(extra.Column)} IS NOT DISTINCT FROM r.{QuerySql.Name(other)}";
        }

        var (mine, theirs) = (evaluate.Input!.Columns.Select(c => $"l.{QuerySql.Name(c)}"), table.Columns.Select(c => $"r.{QuerySql.Name(c)}"));
        string[] values = PluginColumns.LooksFirst(evaluate) ? [.. theirs, .. mine] : [.. mine, .. theirs];
        var columns = evaluate.Columns.Select((c, i) =>
        {
            var value = values[i];
            return $"{(c.Type == KqlType.String ? $"coalesce({value}, '')" : value)} AS {QuerySql.Name(c)}";
        });
        return $"SELECT {string.Join(", ", columns)} FROM ({input}) AS l {(unmatched ? "LEFT" : "INNER")} JOIN ({query.Relation(table)}) AS r ON {on}";
    }

    private static IEnumerable<int> Columns(Scalar? value) => value switch
    {
        null => [],
        ColumnRef reference => [reference.Column.Id],
        _ => ProjectSql.Parts(value).SelectMany(Columns),
    };
}
