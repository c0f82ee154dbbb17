using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>
/// A stored table with the filters right above it, and a summarize over them, as one SELECT: there texts are compared and grouped by what is
/// stored, which the engine pushes into the files.
/// </summary>
internal static class ScanSql
{
    /// <summary>The SELECT of a scan under filters; null when the relation is something else.</summary>
    public static string? Write(QuerySql query, Relation relation)
    {
        if (Find(relation) is not { } scan) return null;
        var stored = Stored(query, scan);
        var columns = scan.Columns.Where(query.IsUsed).Select(c => $"{stored[c.Id].Sql} AS {QuerySql.Name(c)}").DefaultIfEmpty("1 AS one");
        return $"SELECT {string.Join(", ", columns)}{From(query, relation, scan, stored)}";
    }

    /// <summary>The SELECT of a summarize over a scan under filters; null when it is over something else.</summary>
    public static string? Write(QuerySql query, Summarize summarize)
    {
        if (summarize.Values.Length == 0 || Find(summarize.Input) is not { } scan) return null;
        var stored = Stored(query, scan);
        var scalar = Over(query, stored);
        var (outer, inner) = (new List<string>(), new List<string>());
        foreach (var key in summarize.Keys)
        {
            // Grouped by what is stored; the empty text of the few groups is put in afterwards.
            var plain = key is { Value: ColumnRef reference, Column.Type: KqlType.String } ? stored[reference.Column.Id].Plain : null;
            var name = QuerySql.Name(key.Column);
            inner.Add($"{plain ?? scalar.As(key.Value, key.Column.Type)} AS {name}");
            outer.Add(plain is null ? name : $"coalesce({name}, '') AS {name}");
        }

        foreach (var value in summarize.Values)
        {
            inner.Add($"{scalar.As(value.Value, value.Column.Type)} AS {QuerySql.Name(value.Column)}");
            outer.Add(QuerySql.Name(value.Column));
        }

        var groups = summarize.Keys.Length == 0 ? "" : " GROUP BY " + string.Join(", ", Enumerable.Range(1, summarize.Keys.Length).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        var grouped = $"SELECT {string.Join(", ", inner)}{From(query, summarize.Input, scan, stored)}{groups}";
        return outer.Exists(o => o.Contains('(', StringComparison.Ordinal)) ? $"SELECT {string.Join(", ", outer)} FROM ({grouped})" : grouped;
    }

    /// <summary>Whether a relation is a stored table under filters.</summary>
    public static bool IsScan(Relation relation) => Find(relation) is not null;

    private static TableScan? Find(Relation relation) => relation switch
    {
        TableScan scan => scan,
        Filter filter => Find(filter.Input),
        _ => null,
    };

    private static Dictionary<int, StoredValue> Stored(QuerySql query, TableScan scan)
    {
        var table = query.Settings.Tables(scan.Table.Name);
        return scan.Columns.Select((c, i) => (c.Id, Value: PathNames.Find(table, scan.Table.Columns[i].Name))).ToDictionary(c => c.Id, c => c.Value);
    }

    private static ScalarSql Over(QuerySql query, Dictionary<int, StoredValue> stored) => new(query, c => stored[c.Id].Sql) { Stored = c => stored[c.Id] };

    private static string From(QuerySql query, Relation relation, TableScan scan, Dictionary<int, StoredValue> stored)
    {
        var (scalar, table) = (Over(query, stored), query.Settings.Tables(scan.Table.Name));
        var conditions = new List<Scalar>();
        for (; relation is Filter filter; relation = filter.Input) conditions.InsertRange(0, Parts(filter.Predicate));
        conditions.RemoveAll(c => Holds(c, scan, table, query.Settings.NowTicks));
        var where = conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions.Select(scalar.Condition));
        return $" FROM {table.Source}{where}";
    }

    private static IEnumerable<Scalar> Parts(Scalar predicate) => predicate is Operation { Operator: ScalarOperator.And } and ? and.Operands.SelectMany(Parts) : [predicate];

    // A bound of time that every row keeps is not looked at for each.
    private static bool Holds(Scalar condition, TableScan scan, StoredTable table, long now)
    {
        if (condition is not Operation { Operator: >= ScalarOperator.Less and <= ScalarOperator.GreaterOrEqual, Operands: [ColumnRef reference, var bound] } comparison) return false;
        if (scan.Columns.IndexOf(reference.Column) is not (>= 0 and var at) || ConstantTime.Of(bound, now) is not { } time) return false;
        if (table.Times(scan.Table.Columns[at].Name) is not { } times) return false;
        return comparison.Operator switch
        {
            ScalarOperator.Greater => times.From > time,
            ScalarOperator.GreaterOrEqual => times.From >= time,
            ScalarOperator.Less => times.Until < time,
            _ => times.Until <= time,
        };
    }
}
