using System.Collections.Immutable;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>make-series, and the functions of series that give several columns.</summary>
internal sealed partial class Binder
{
    private MakeSeries? Series(SeriesOperator series, Relation input)
    {
        var plain = RowsOf(input);
        var list = new ColumnList(diagnostics);
        foreach (var key in series.Keys) AddKey(list, key, input);
        var keys = list.Items;
        var rows = plain with { Aggregating = true };
        var items = ImmutableArray.CreateBuilder<SeriesItem>();
        foreach (var element in series.Items)
        {
            var value = Value(element.Value, rows);
            var standard = element.Default is null ? new Literal(value.Type is KqlType.Int or KqlType.Unknown ? KqlType.Long : value.Type, Zero(value.Type)) : Value(element.Default, RowScope.None);
            var name = element.Value is NamedExpr { Names: [var written] } ? written.Name : ColumnNames.Of(element.Value);
            var column = NewColumn(list.Free(name), KqlType.Dynamic);
            list.Append(new(column, value));
            items.Add(new(column, value, standard));
        }

        var axis = Value(series.Axis, plain);
        var step = Value(series.Step, RowScope.None);
        if (axis.Type == KqlType.Unknown || step.Type == KqlType.Unknown) return null;
        if (!axis.Type.IsSummable()) diagnostics.Add("KS138", "The argument value must be summable: a number, timespan or datetime.", series.Axis.Start, series.Axis.Length);
        var interval = axis.Type == KqlType.DateTime ? KqlType.TimeSpan : axis.Type;
        if (!KqlTypes.Accepts(interval, step.Type))
            diagnostics.Add("KS178", $"The type '{step.Type.Name()}' is not an appropriate interval type for '{axis.Type.Name()}'", series.Step.Start, series.Step.Length);
        var axisName = series.Axis is NamedExpr { Names: [var axisWritten] } ? axisWritten.Name : ColumnNames.Of(series.Axis);
        var axisColumn = NewColumn(list.Free(axisName), KqlType.Dynamic);
        list.Append(new(axisColumn, axis));
        var nonEmpty = series.Options.TryGetValue("kind", out var kind) && kind.Text == "nonempty";
        return new(
            input, items.ToImmutable(), axisColumn, axis, Bound(series.From, axis.Type), Bound(series.To, axis.Type), series.InRange, Converted(step, interval), keys,
            nonEmpty, [.. list.Items.Select(i => i.Column)]);
    }

    private static object Zero(KqlType type) => type switch { KqlType.Real => 0d, KqlType.Decimal => 0m, KqlType.Bool => false, KqlType.String => "", _ => 0L };

    private Scalar? Bound(Expr? expr, KqlType type) => expr is null ? null : Converted(Value(expr, RowScope.None), type);

    // series_stats and its kin, array_sort of several arrays: a column each.
    private ImmutableArray<(string Name, Scalar Value)>? SeriesColumns(CallExpr call, RowScope rows)
    {
        if (call.Name.Name is "array_sort_asc" or "array_sort_desc") return SortedArrays(call, rows);
        if (!TupleColumns.ByFunction.TryGetValue(call.Name.Name, out var fields)) return null;
        var value = Call(call, rows);
        var first = call.Arguments.IsEmpty ? "" : ColumnNames.Of(call.Arguments[0]);
        return [.. fields.Select(f => ($"{call.Name.Name}_{first}_{f.Name}", value.Type == KqlType.Unknown ? value : Converted(new Member(value, f.Name), f.Type)))];
    }

    private ImmutableArray<(string Name, Scalar Value)>? SortedArrays(CallExpr call, RowScope rows)
    {
        var value = Call(call, rows);
        if (value is not Plan.Call { Arguments: var arguments }) return null;
        var count = arguments.Count(a => a.Type == KqlType.Dynamic);
        if (count < 2) return null;
        return [.. Enumerable.Range(0, count).Select(i => ((ColumnNames.Of(call.Arguments[i]) ?? "array") + "_sorted", (Scalar)new Element(value, new Literal(KqlType.Long, (long)i))))];
    }
}
