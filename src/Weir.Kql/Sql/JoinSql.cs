using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>join and lookup. Null keys match null keys; what has no match has '' for a text.</summary>
internal static class JoinSql
{
    public static string Write(QuerySql query, Join join)
    {
        var left = join.Left.Columns.Select(c => c.Id).ToHashSet();
        string Side(Column c) => $"{(left.Contains(c.Id) ? "l" : "r")}.{QuerySql.Name(c)}";
        var (over, overLeft, overRight) = (new ScalarSql(query, Side), new ScalarSql(query, c => $"l.{QuerySql.Name(c)}"), new ScalarSql(query, c => $"r.{QuerySql.Name(c)}"));
        var keys = join.Keys.Select(k => Key(overLeft, overRight, k)).ToList();
        var on = keys.Count == 0 ? "TRUE" : string.Join(" AND ", keys);
        var (first, second) = (query.Relation(join.Left), query.Relation(join.Right));
        if (join.Kind == JoinKind.InnerUnique)
            first = $"SELECT DISTINCT ON ({string.Join(", ", join.Keys.Select(k => query.Over().Write(k.Left)))}) * FROM ({first})";

        if (join.Kind is JoinKind.LeftSemi or JoinKind.LeftAnti)
            return $"SELECT {List(overLeft, join, false)} FROM ({first}) AS l {(join.Kind == JoinKind.LeftSemi ? "SEMI" : "ANTI")} JOIN ({second}) AS r ON {on}";
        if (join.Kind is JoinKind.RightSemi or JoinKind.RightAnti)
            return $"SELECT {List(overRight, join, false)} FROM ({second}) AS r {(join.Kind == JoinKind.RightSemi ? "SEMI" : "ANTI")} JOIN ({first}) AS l ON {on}";

        var kind = join.Kind switch { JoinKind.LeftOuter => "LEFT", JoinKind.RightOuter => "RIGHT", JoinKind.FullOuter => "FULL OUTER", _ => "INNER" };
        return $"SELECT {List(over, join, kind != "INNER")} FROM ({first}) AS l {kind} JOIN ({second}) AS r ON {on}";
    }

    /// <summary>The join with a predicate moved to its left side; null when the predicate looks at the right side too.</summary>
    public static Join? PushLeft(Join join, Scalar predicate)
    {
        var left = join.Left.Columns.ToDictionary(c => c.Id);
        var map = join.Items.Where(i => i.Value is ColumnRef r && left.ContainsKey(r.Column.Id)).ToDictionary(i => i.Column.Id, i => ((ColumnRef)i.Value).Column);
        return Rewrite(predicate, map) is { } moved ? join with { Left = new Filter(join.Left, moved) } : null;
    }

    private static string Key(ScalarSql left, ScalarSql right, JoinKey key)
    {
        var (a, b) = (left.Write(key.Left), right.As(key.Right, key.Left.Type));
        return key.Left.Type == KqlType.String ? $"{a} = {b}" : $"{a} IS NOT DISTINCT FROM {b}";
    }

    private static string List(ScalarSql scalar, Join join, bool outer) => join.Items.Length == 0 ? "1" : string.Join(", ", join.Items.Select(i =>
    {
        var value = scalar.As(i.Value, i.Column.Type);
        return $"{(outer && i.Column.Type == KqlType.String ? $"coalesce({value}, '')" : value)} AS {QuerySql.Name(i.Column)}";
    }));

    private static Scalar? Rewrite(Scalar value, Dictionary<int, Column> map)
    {
        switch (value)
        {
            case ColumnRef reference: return map.TryGetValue(reference.Column.Id, out var column) ? new ColumnRef(column) : null;
            case Literal: return value;
            case Operation operation: return All(operation.Operands, map) is { } operands ? operation with { Operands = operands } : null;
            case Call call: return All(call.Arguments, map) is { } arguments ? call with { Arguments = arguments } : null;
            case Plan.Convert convert: return Rewrite(convert.Value, map) is { } inner ? convert with { Value = inner } : null;
            default: return null;
        }
    }

    private static ImmutableArray<Scalar>? All(ImmutableArray<Scalar> values, Dictionary<int, Column> map)
    {
        var moved = values.Select(v => Rewrite(v, map)).ToList();
        return moved.Contains(null) ? null : [.. moved.Select(v => v!)];
    }
}
