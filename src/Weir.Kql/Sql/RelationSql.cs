using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;
using SortKey = Weir.Kql.Plan.SortKey;

namespace Weir.Kql.Sql;

/// <summary>Relations: each is a SELECT over the SELECT of its input, which DuckDB's planner flattens.</summary>
internal static class RelationSql
{
    public static string Write(QuerySql query, Relation relation) => relation switch
    {
        TableScan => ScanSql.Write(query, relation)!,
        Rows rows => Values(query, rows),
        RangeRows range => Range(query, range),
        Reference reference => Reference(query, reference),
        Placeholder placeholder => query.Placed(placeholder),
        Filter filter => ScanSql.Write(query, filter) ?? Filter(query, filter),
        Project project => ProjectSql.Write(query, project),
        Serialize serialize => query.Relation(serialize.Input),
        Sort sort when IsWritten(sort.Input) => Stable(query, sort),
        Sort sort => $"SELECT * FROM ({query.Relation(sort.Input)}){Order(query, sort.Keys)}",
        Take { Input: Sort sort } take when !IsWritten(sort.Input) => $"SELECT * FROM ({query.Relation(sort.Input)}){Order(query, sort.Keys)} LIMIT {Count(query, take.Count)}",
        Take take => $"SELECT * FROM ({query.Relation(take.Input)}) LIMIT {Count(query, take.Count)}",
        Top top when IsWritten(top.Input) => $"{Stable(query, new Sort(top.Input, top.Keys))} LIMIT {Count(query, top.Count)}",
        Top top => $"SELECT * FROM ({query.Relation(top.Input)}){Order(query, top.Keys)} LIMIT {Count(query, top.Count)}",
        Sample sample => $"SELECT * FROM ({query.Relation(sample.Input)}) ORDER BY random() LIMIT {Count(query, sample.Count)}",
        Distinct distinct => $"SELECT DISTINCT * FROM ({query.Relation(distinct.Input)})",
        Summarize summarize => ScanSql.Write(query, summarize) ?? Summarize(query, summarize),
        Join join => JoinSql.Write(query, join),
        Union union => Union(query, union),
        Partition partition => ExpandSql.Partition(query, partition),
        MvExpand expand => ExpandSql.Write(query, expand),
        MvApply apply => ExpandSql.Apply(query, apply),
        MakeSeries series => MakeSeriesSql.Write(query, series),
        Parse parse => ParseSql.Write(query, parse),
        ParseKv parse => ParseSql.Write(query, parse),
        TopNested nested => TopNestedSql.Write(query, nested),
        MatchRows match => MatchRowsSql.Write(query, match),
        Evaluate evaluate => EvaluateSql.Write(query, evaluate),
        _ => throw NotSupportedQueryException.For(relation.GetType().Name),
    };

    /// <summary>ORDER BY of sort and top.</summary>
    public static string Order(QuerySql query, IEnumerable<SortKey> keys)
    {
        var scalar = query.Over();
        return " ORDER BY " + string.Join(", ", keys.Select(k => Key(scalar, k)));
    }

    /// <summary>One key of an order.</summary>
    public static string Key(ScalarSql scalar, SortKey key)
    {
        var value = scalar.Write(key.Value);
        if (key.Value.Type == KqlType.Decimal) value = OperatorSql.DecimalOrder(value);
        return $"{value} {(key.Descending ? "DESC" : "ASC")} NULLS {(key.NullsFirst ? "FIRST" : "LAST")}";
    }

    /// <summary>A stored column's name, quoted: names that differ by case are told apart by their place (see the table's source).</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Values(QuerySql query, Rows rows)
    {
        var scalar = query.Over();
        if (rows.Columns.Length == 0) return rows.Values.Length == 0 ? "SELECT 1 WHERE FALSE" : "SELECT 1";
        if (rows.Values.Length == 0) return $"SELECT {string.Join(", ", rows.Columns.Select(c => $"{SqlLiteral.Null(c.Type)} AS {QuerySql.Name(c)}"))} WHERE FALSE";
        if (rows.Values.Length == 1) return $"SELECT {string.Join(", ", rows.Columns.Select((c, i) => $"{scalar.As(rows.Values[0][i], c.Type)} AS {QuerySql.Name(c)}"))}";
        var lines = rows.Values.Select(r => $"({string.Join(", ", rows.Columns.Select((c, i) => scalar.As(r[i], c.Type)))})");
        return $"SELECT * FROM (VALUES {string.Join(", ", lines)}) AS v({string.Join(", ", rows.Columns.Select(QuerySql.Name))})";
    }

    private static string Range(QuerySql query, RangeRows range)
    {
        var scalar = query.Over();
        var (type, name) = (range.Column.Type, QuerySql.Name(range.Column));
        if (type is KqlType.Real or KqlType.Decimal)
        {
            var (from, to, step) = (scalar.As(range.From, KqlType.Real), scalar.As(range.To, KqlType.Real), scalar.As(range.Step, KqlType.Real));
            return $"SELECT {ConversionSql.Convert($"({from} + i * {step})", KqlType.Real, type)} AS {name} FROM range(0, (floor(({to} - {from}) / {step}) + 1)::BIGINT) AS r(i)";
        }

        string Whole(Scalar s) => scalar.As(s, s.Type is KqlType.DateTime or KqlType.TimeSpan ? s.Type : KqlType.Long);
        return $"SELECT generate_series{(type == KqlType.Int ? "::INTEGER" : "")} AS {name} FROM generate_series({Whole(range.From)}, {Whole(range.To)}, {Whole(range.Step)})";
    }

    private static string Reference(QuerySql query, Reference reference)
    {
        var columns = reference.Columns.Select((c, i) => $"{QuerySql.Name(reference.Query.Body.Columns[i])} AS {QuerySql.Name(c)}");
        return $"SELECT {string.Join(", ", columns)} FROM {query.Shared(reference.Query)}";
    }

    private static string Filter(QuerySql query, Filter filter)
    {
        // The engine filters before it makes the left side of an innerunique join unique; which row stays shows it.
        if (filter.Input is Join { Kind: JoinKind.InnerUnique } join && JoinSql.PushLeft(join, filter.Predicate) is { } pushed) return JoinSql.Write(query, pushed);
        return $"SELECT * FROM ({query.Relation(filter.Input)}) WHERE {query.Over().Condition(filter.Predicate)}";
    }

    private static string Summarize(QuerySql query, Summarize summarize)
    {
        var scalar = query.Over();
        var input = query.Relation(summarize.Input);
        var keys = summarize.Keys.Select(k => $"{scalar.As(k.Value, k.Column.Type)} AS {QuerySql.Name(k.Column)}").ToList();
        if (summarize.Values.Length == 0) return keys.Count == 0 ? $"SELECT 1 WHERE FALSE" : $"SELECT DISTINCT {string.Join(", ", keys)} FROM ({input})";
        var values = summarize.Values.Select(v => $"{scalar.As(v.Value, v.Column.Type)} AS {QuerySql.Name(v.Column)}");
        var row = keys.Count > 0 && IsWritten(summarize.Input) ? query.NewName("row") : null;
        if (row is not null) input = $"SELECT *, row_number() OVER () AS {row} FROM ({input})";
        var groups = keys.Count == 0 ? "" : " GROUP BY " + string.Join(", ", Enumerable.Range(1, keys.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        return $"SELECT {string.Join(", ", keys.Concat(values))} FROM ({input}){groups}{(row is null ? "" : $" ORDER BY min({row})")}";
    }

    // What is written in the query has an order that people see: groups come as they appear, and equal keys stay as they were.
    // Rows of a stored table have none, and are spared the cost.
    private static bool IsWritten(Relation relation) => relation switch
    {
        Rows or RangeRows => true,
        Reference reference => IsWritten(reference.Query.Body),
        Filter filter => IsWritten(filter.Input),
        Project project => IsWritten(project.Input),
        Serialize serialize => IsWritten(serialize.Input),
        Sort sort => IsWritten(sort.Input),
        Take take => IsWritten(take.Input),
        Top top => IsWritten(top.Input),
        Summarize summarize => IsWritten(summarize.Input),
        MvExpand expand => IsWritten(expand.Input),
        Parse parse => IsWritten(parse.Input),
        _ => false,
    };

    private static string Stable(QuerySql query, Sort sort)
    {
        var row = query.NewName("row");
        return $"SELECT * EXCLUDE ({row}) FROM (SELECT *, row_number() OVER () AS {row} FROM ({query.Relation(sort.Input)})){Order(query, sort.Keys)}, {row}";
    }

    private static string Union(QuerySql query, Union union) => string.Join(" UNION ALL ", union.Branches.Select(b =>
    {
        var scalar = query.Over();
        var columns = union.Columns.Select((c, i) => $"{scalar.As(b.Values[i], c.Type)} AS {QuerySql.Name(c)}");
        return $"SELECT {string.Join(", ", columns)} FROM ({query.Relation(b.Input)})";
    }));

    // A constant, where it is one: only then does DuckDB keep the top rows instead of sorting all.
    private static string Count(QuerySql query, Scalar count) => count is Literal { Value: long and >= 0 or int and >= 0 } constant
        ? System.Convert.ToString(constant.Value, CultureInfo.InvariantCulture)! : $"greatest(0, {query.Over().As(count, KqlType.Long)})";
}
