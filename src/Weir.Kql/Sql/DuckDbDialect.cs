using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>The SQL of a plan for DuckDB.</summary>
public static class DuckDbDialect
{
    /// <summary>Translates a plan.</summary>
    /// <param name="root">The plan.</param>
    /// <param name="settings">The clock and the tables.</param>
    /// <exception cref="NotSupportedQueryException">Something in the plan has no SQL.</exception>
    public static SqlStatement Translate(Relation root, SqlSettings settings)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(settings);
        var query = new QuerySql(settings);
        root = FilterDown.Rewrite(new PathRewriter(settings).Rewrite(root));
        query.Prune(root);
        var inner = query.Relation(root);
        var list = root.Columns.Length == 0 ? "1" : string.Join(", ", root.Columns.Select(QuerySql.Name));
        return new($"{query.With}SELECT {list} FROM ({inner})", root.Columns);
    }

    /// <summary>The question whose answers, one text a row, tell the columns of a plugin before the query runs: for bag_unpack the shapes of the bags
    /// (a bag of types each), for pivot the values. Null when the plugin has no such columns.</summary>
    /// <exception cref="NotSupportedQueryException">Something in the plan has no SQL.</exception>
    public static string? TranslateDiscovery(Evaluate node, SqlSettings settings)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(settings);
        var query = new QuerySql(settings);
        return EvaluateSql.Discovery(query, node) is { } sql ? query.With + sql : null;
    }
}
