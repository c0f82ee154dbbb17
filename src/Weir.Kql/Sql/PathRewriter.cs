using System.Collections.Immutable;
using Weir.Kql.Catalog;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>
/// Reads texts out of dynamic columns where they are stored: <c>tostring(Layer4.TCP.destination_port)</c> becomes a column of the scan when
/// the table has a real column for it, also behind <c>extend x = parse_json(Layer4)</c>.
/// </summary>
/// <param name="settings">The tables.</param>
internal sealed class PathRewriter(SqlSettings settings)
{
    // Above every id that a compilation gives.
    private const int FirstId = 1_000_000_000;
    private int _made;

    /// <summary>The plan with such columns.</summary>
    public Relation Rewrite(Relation root) => Visit(root, []);

    // What is asked for from above is handed down to the scan, and handed up again by every project in between.
    private Relation Visit(Relation relation, List<Wanted> wanted)
    {
        switch (relation)
        {
            case TableScan scan when wanted.Count > 0:
                var names = wanted.Select(w => (PathNames.Join(w.Column.Name, w.Path), KqlType.String));
                return new TableScan(new TableSymbol(scan.Table.Name, [.. scan.Table.Columns, .. names]), [.. scan.Columns, .. wanted.Select(w => w.Result)]);
            case Filter filter:
                var predicate = Rewrite(filter.Predicate, filter.Input, wanted);
                return new Filter(Visit(filter.Input, wanted), predicate);
            case Sort sort:
                var keys = Keys(sort.Keys, sort.Input, wanted);
                return new Sort(Visit(sort.Input, wanted), keys);
            case Top top:
                var order = Keys(top.Keys, top.Input, wanted);
                return top with { Input = Visit(top.Input, wanted), Keys = order };
            case Take take:
                return new Take(Visit(take.Input, wanted), take.Count);
            case Project project:
                return Visit(project, wanted);
            case Summarize summarize:
                var below = new List<Wanted>();
                var (groups, values) = (Items(summarize.Keys, summarize.Input, below), Items(summarize.Values, summarize.Input, below));
                return summarize with { Keys = groups, Values = values, Input = Visit(summarize.Input, below) };
            default:
                return relation;
        }
    }

    private Project Visit(Project project, List<Wanted> wanted)
    {
        var below = new List<Wanted>();
        var items = Items(project.Items, project.Input, below).ToBuilder();
        foreach (var want in wanted)
        {
            var from = Through(project, want.Column)!;
            items.Add(new Assignment(want.Result, new ColumnRef(Ask(below, from, want.Path))));
        }

        return new Project(Visit(project.Input, below), items.ToImmutable());
    }

    private ImmutableArray<Assignment> Items(ImmutableArray<Assignment> items, Relation input, List<Wanted> wanted) =>
        [.. items.Select(i => i with { Value = Rewrite(i.Value, input, wanted) })];

    private ImmutableArray<SortKey> Keys(ImmutableArray<SortKey> keys, Relation input, List<Wanted> wanted) =>
        [.. keys.Select(k => k with { Value = Rewrite(k.Value, input, wanted) })];

    private Scalar Rewrite(Scalar value, Relation input, List<Wanted> wanted)
    {
        Scalar Again(Scalar part) => Rewrite(part, input, wanted);
        return value switch
        {
            Call { Function.Name: "tostring", Arguments: [Member or Element] } call when Text(call.Arguments[0], input, wanted) is { } text => text,
            Plan.Convert { Type: KqlType.String, Value: Member or Element } convert when Text(convert.Value, input, wanted) is { } text => text,
            Call call => call with { Arguments = [.. call.Arguments.Select(Again)] },
            Operation operation => operation with { Operands = [.. operation.Operands.Select(Again)] },
            Plan.Convert convert => convert with { Value = Again(convert.Value) },
            AggregateCall aggregate => aggregate with { Arguments = [.. aggregate.Arguments.Select(Again)] },
            _ => value,
        };
    }

    private ColumnRef? Text(Scalar value, Relation input, List<Wanted> wanted)
    {
        if (PathNames.Of(value, out var root) is not { } path || root is not ColumnRef { Column: var column }) return null;
        if (Origin(input, column) is not { } origin || settings.Tables(origin.Table).Path(origin.Column, path) is null) return null;
        return new ColumnRef(Ask(wanted, column, path));
    }

    private Column Ask(List<Wanted> wanted, Column column, IReadOnlyList<string> path)
    {
        var known = wanted.Find(w => w.Column.Id == column.Id && w.Path.SequenceEqual(path));
        if (known is not null) return known.Result;
        wanted.Add(new Wanted(column, path, new Column(FirstId + _made++, PathNames.Join(column.Name, path), KqlType.String)));
        return wanted[^1].Result;
    }

    private static (string Table, string Column)? Origin(Relation relation, Column column) => relation switch
    {
        TableScan scan => scan.Columns.IndexOf(column) is >= 0 and var at ? (scan.Table.Name, scan.Table.Columns[at].Name) : null,
        Filter filter => Origin(filter.Input, column),
        Sort sort => Origin(sort.Input, column),
        Top top => Origin(top.Input, column),
        Take take => Origin(take.Input, column),
        Project project => Through(project, column) is { } from ? Origin(project.Input, from) : null,
        _ => null,
    };

    // The input's column whose value a project passes on, if it is one.
    private static Column? Through(Project project, Column column) => project.Items.FirstOrDefault(i => i.Column.Id == column.Id)?.Value switch
    {
        ColumnRef reference => reference.Column,
        Call { Function.Name: "parse_json" or "parsejson" or "todynamic" or "toobject", Arguments: [ColumnRef { Type: KqlType.Dynamic } reference] } => reference.Column,
        _ => null,
    };

    /// <summary>A path that somebody above a relation wants of a column of it.</summary>
    private sealed record Wanted(Column Column, IReadOnlyList<string> Path, Column Result);
}
