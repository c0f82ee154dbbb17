using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;
using Convert = System.Convert;
using SortKey = Weir.Kql.Plan.SortKey;

namespace Weir.Unit.FlowLog.Query.Naive;

/// <summary>
/// Runs a plan a row at a time, in the plainest way that could be right: what SQL is compared with. It knows the operators that
/// <see cref="RandomQueries"/> writes, and no others.
/// </summary>
internal static class PlanInterpreter
{
    /// <summary>The rows of a plan, in its order.</summary>
    public static List<object?[]> Run(Relation relation) => relation switch
    {
        Rows rows => [.. rows.Values.Select(r => r.Select((v, i) => ScalarInterpreter.As(ScalarInterpreter.Value(v, _ => throw Unknown(v)), rows.Columns[i].Type)).ToArray())],
        Reference reference => Run(reference.Query.Body),
        Serialize serialize => Run(serialize.Input),
        Filter filter => [.. Run(filter.Input).Where(r => Over(filter.Input, r)(filter.Predicate) is true)],
        Project project => [.. Run(project.Input).Select(r => project.Items.Select(i => ScalarInterpreter.As(Over(project.Input, r)(i.Value), i.Column.Type)).ToArray())],
        Sort sort => Sorted(sort.Input, sort.Keys),
        Top top => [.. Sorted(top.Input, top.Keys).Take(Count(top.Count))],
        Take take => [.. Run(take.Input).Take(Count(take.Count))],
        Distinct distinct => [.. Run(distinct.Input).DistinctBy(Key)],
        Summarize summarize => Summarize(summarize),
        Join join => Join(join),
        Union union => [.. union.Branches.SelectMany(b => Run(b.Input).Select(r => b.Values.Select((v, i) => ScalarInterpreter.As(Over(b.Input, r)(v), union.Columns[i].Type)).ToArray()))],
        _ => throw Unknown(relation),
    };

    /// <summary>A text that equal rows, and no others, have.</summary>
    public static string Key(IEnumerable<object?> row) => string.Join('\u001f', row.Select(Text));

    private static string Text(object? value) => value switch
    {
        null => "\u0000",
        double d => double.IsNaN(d) ? "NaN" : (d == 0 ? 0 : d).ToString("E9", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static NotSupportedException Unknown(object node) => new($"The second evaluator does not know {node.GetType().Name}.");

    private static Func<Scalar, object?> Over(Relation input, object?[] row) => scalar => ScalarInterpreter.Value(scalar, c => row[input.Columns.IndexOf(c)]);

    private static int Count(Scalar count) => Convert.ToInt32(ScalarInterpreter.Value(count, _ => throw Unknown(count)), CultureInfo.InvariantCulture);

    private static List<object?[]> Sorted(Relation input, IEnumerable<SortKey> keys)
    {
        var ordered = Run(input).OrderBy(_ => 0);
        foreach (var key in keys)
        {
            var comparer = Comparer<object?>.Create((a, b) => a is null || b is null
                ? (a is null ? 0 : 1) - (b is null ? 0 : 1) is var n && key.NullsFirst ? n : -n
                : ScalarInterpreter.Order(a, b) * (key.Descending ? -1 : 1));
            ordered = ordered.ThenBy(r => Over(input, r)(key.Value), comparer);
        }

        return [.. ordered];
    }

    private static List<object?[]> Summarize(Summarize summarize)
    {
        var groups = Run(summarize.Input)
            .Select(r => (Row: r, Keys: summarize.Keys.Select(k => ScalarInterpreter.As(Over(summarize.Input, r)(k.Value), k.Column.Type)).ToArray()))
            .GroupBy(r => Key(r.Keys)).Select(g => (g.First().Keys, Rows: g.Select(r => r.Row).ToList())).ToList();
        if (groups.Count == 0 && summarize.Keys.IsEmpty) groups.Add(([], []));
        return [.. groups.Select(g => g.Keys.Concat(summarize.Values.Select(v => ScalarInterpreter.As(
            AggregateInterpreter.Value(v.Value, (s, row) => Over(summarize.Input, row)(s), g.Rows), v.Column.Type))).ToArray())];
    }

    private static List<object?[]> Join(Join join)
    {
        var (left, right) = (Run(join.Left), Run(join.Right));
        bool Matches(object?[] l, object?[] r) => join.Keys.All(k => Key([Over(join.Left, l)(k.Left)]) == Key([Over(join.Right, r)(k.Right)]));
        object?[] Row(object?[]? l, object?[]? r) => [.. join.Items.Select(i => ScalarInterpreter.As(ScalarInterpreter.Value(i.Value, c => Cell(join, c, l, r)), i.Column.Type))];
        var pairs = from l in left from r in right where Matches(l, r) select Row(l, r);
        var lonelyLeft = left.Where(l => !right.Exists(r => Matches(l, r))).Select(l => Row(l, null));
        var lonelyRight = right.Where(r => !left.Exists(l => Matches(l, r))).Select(r => Row(null, r));
        return [.. join.Kind switch
        {
            JoinKind.Inner => pairs,
            JoinKind.LeftOuter => pairs.Concat(lonelyLeft),
            JoinKind.RightOuter => pairs.Concat(lonelyRight),
            JoinKind.FullOuter => pairs.Concat(lonelyLeft).Concat(lonelyRight),
            JoinKind.LeftSemi => left.Where(l => right.Exists(r => Matches(l, r))).Select(l => Row(l, null)),
            JoinKind.LeftAnti => lonelyLeft,
            JoinKind.RightSemi => right.Where(r => left.Exists(l => Matches(l, r))).Select(r => Row(null, r)),
            JoinKind.RightAnti => lonelyRight,
            _ => throw Unknown(join.Kind),
        }];
    }

    private static object? Cell(Join join, Column column, object?[]? left, object?[]? right)
    {
        var at = join.Left.Columns.IndexOf(column);
        var (row, index) = at >= 0 ? (left, at) : (right, join.Right.Columns.IndexOf(column));
        return row is not null ? row[index] : column.Type == KqlType.String ? "" : null;
    }
}
