using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>top-nested, top-hitters, sample-distinct, and the scan operator.</summary>
internal sealed partial class Binder
{
    private TopNested TopNested(TopNestedOperator nested, Relation input)
    {
        var rows = RowsOf(input);
        var list = new ColumnList(diagnostics);
        var levels = ImmutableArray.CreateBuilder<TopNestedLevel>();
        foreach (var level in nested.Levels)
        {
            var key = Value(level.Of, rows);
            if (key.Type == KqlType.Dynamic) NoDynamic(Positional(level.Of));
            var keyColumn = Named(list, level.Of, key, null);
            var others = level.Others is null ? null : Converted(Value(level.Others, RowScope.None), key.Type);
            var by = Value(level.By, rows with { Aggregating = true });
            var byColumn = Named(list, level.By, by, "aggregated_" + keyColumn.Name);
            levels.Add(new(level.Count is null ? null : Count(level.Count), keyColumn, key, others, new(byColumn, by), level.Ascending is not true));
        }

        return new(input, levels.ToImmutable(), [.. list.Items.Select(i => i.Column)]);
    }

    private Column Named(ColumnList list, Expr expr, Scalar value, string? unnamed)
    {
        if (expr is NamedExpr { Names: [var name] })
        {
            var written = NewColumn(name.Name, value.Type);
            list.Declare(new(written, value), name);
            return written;
        }

        var column = NewColumn(list.Free(unnamed ?? ColumnNames.Of(expr)), value.Type);
        list.Append(new(column, value));
        return column;
    }

    private Relation Of(OfOperator of, Relation input)
    {
        var rows = RowsOf(input);
        var value = Value(of.Of, rows);
        if (value.Type == KqlType.Dynamic) NoDynamic(Positional(of.Of));
        var count = Count(of.Count);
        var list = new ColumnList(diagnostics);
        var column = Named(list, of.Of, value, null);
        if (of.Keyword.Text == "sample-distinct") return new Take(new Distinct(new Project(input, list.Items)), count);
        // top-hitters: summarize, then the largest.
        var total = of.By is null ? CountRows() : Sum(Value(of.By, rows));
        var name = of.By is null ? "approximate_count_" + column.Name : "approximate_sum_" + (ColumnNames.Of(of.By) ?? column.Name);
        var totalColumn = NewColumn(name, total.Type);
        var summarized = new Summarize(input, list.Items, [new(totalColumn, total)], [column, totalColumn]);
        return new Top(summarized, count, [new(new ColumnRef(totalColumn), true, false)]);
    }

    private AggregateCall Sum(Scalar value)
    {
        var type = value.Type == KqlType.Int ? KqlType.Long : value.Type;
        return new(Functions.FunctionLibrary.Aggregates["sum"], [value], 0, NextId(), type);
    }

    private MatchRows Scan(ScanOperator scan, Relation input)
    {
        var rows = RowsOf(input);
        var declared = ImmutableArray.CreateBuilder<Assignment>();
        CheckUnique(scan.Declared.Select(d => d.Name));
        foreach (var column in scan.Declared)
        {
            var type = TypeOf(column.Type);
            var standard = column.Default is null ? new Literal(type, type == KqlType.String ? "" : null) : Converted(Value(column.Default, RowScope.None), type);
            declared.Add(new(NewColumn(column.Name.Name, type), standard));
        }

        ImmutableArray<Column> state = [.. input.Columns, .. declared.Select(d => d.Column)];
        var inner = rows with { Columns = state, Steps = scan.Steps.DistinctBy(s => s.Name.Name).ToImmutableDictionary(s => s.Name.Name, _ => state) };
        var steps = ImmutableArray.CreateBuilder<ScanStep>();
        foreach (var step in scan.Steps)
        {
            var condition = Predicate(step.Condition, inner);
            var assignments = ImmutableArray.CreateBuilder<Assignment>();
            foreach (var item in step.Assignments)
            {
                var value = Value(item, inner);
                if (item is not NamedExpr { Names: [var name] } || FindColumn([.. declared.Select(d => d.Column)], name.Name) is not { } target)
                {
                    diagnostics.Add("KS109", "Column name expected.", item.Start, item.Length, "assign to a column that 'declare' names");
                    continue;
                }

                assignments.Add(new(target, Converted(value, target.Type)));
            }

            steps.Add(new(step.Name.Name, step.Optional, step.Output, condition, assignments.ToImmutable()));
        }

        Column? matchId = scan.Options.TryGetValue("with_match_id", out var id) ? NewColumn(id.Text, KqlType.Long) : null;
        ImmutableArray<Column> columns = matchId is null ? state : [.. state, matchId];
        return new(input, SortKeys(scan.OrderBy, input), [.. scan.PartitionBy.Select(p => Value(p, rows))], declared.ToImmutable(), steps.ToImmutable(), matchId, columns);
    }
}
