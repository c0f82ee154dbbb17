using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>mv-expand, mv-apply and partition.</summary>
internal sealed partial class Binder
{
    private Relation? Expand(ExpandOperator expand, Relation input)
    {
        var list = new ColumnList(diagnostics);
        foreach (var column in input.Columns) list.Keep(column);
        var items = ImmutableArray.CreateBuilder<ExpandItem>();
        foreach (var element in expand.Items)
        {
            if (ExpandItem(element, RowsOf(input), list) is { } item) items.Add(item);
        }

        Column? index = null;
        if (expand.Options.TryGetValue("with_itemindex", out var indexName))
        {
            index = NewColumn(indexName.Text, KqlType.Long);
            list.Append(new(index, new ColumnRef(index)));
        }

        var limit = expand.Limit is null ? null : Count(expand.Limit) is Literal { Value: long most } ? (long?)most : null;
        var columns = list.Items.Select(i => i.Column).ToImmutableArray();
        if (expand.Body is null)
        {
            var asArray = (expand.Options.GetValueOrDefault("bagexpansion") ?? expand.Options.GetValueOrDefault("kind"))?.Text == "array";
            return new MvExpand(input, items.ToImmutable(), asArray, index, limit, columns);
        }

        var id = NextId();
        var placeholder = new Placeholder(id, columns);
        if (_open.Contains(input)) _open.Add(placeholder);
        if (Pipe((PipeExpr)expand.Body, placeholder) is not { } body) return null;
        return new MvApply(id, input, items.ToImmutable(), index, limit, body, Applied(input, columns, body));
    }

    // The input's columns that were not expanded, then what the body gives; the body's wins where names meet.
    private ImmutableArray<Assignment> Applied(Relation input, ImmutableArray<Column> columns, Relation body)
    {
        var list = new ColumnList(diagnostics);
        foreach (var column in input.Columns)
        {
            if (columns.Contains(column) && FindColumn(body.Columns, column.Name) is null) list.Keep(column);
        }

        var own = list.Items.Select(i => i.Column.Name).ToHashSet();
        foreach (var column in body.Columns)
        {
            if (!own.Contains(column.Name)) list.Keep(column);
        }

        var byName = list.Items.DistinctBy(i => i.Column.Name).ToDictionary(i => i.Column.Name);
        var order = columns.Where(c => byName.ContainsKey(c.Name)).Select(c => c.Name).Concat(byName.Keys).Distinct();
        return [.. order.Select(n => byName[n])];
    }

    private ExpandItem? ExpandItem(ExpandElement element, RowScope rows, ColumnList list)
    {
        var value = Value(element.Value, rows);
        var type = element.Type is null ? KqlType.Dynamic : TypeOf(element.Type);
        var at = Positional(element.Value);
        if (value.Type is not (KqlType.Dynamic or KqlType.Unknown))
        {
            diagnostics.Add("KS141", "The expression must have the type dynamic.", at.Start, at.Length, value.Type == KqlType.String ? "parse_json(…) or split(…) makes an array" : null);
            return null;
        }

        if (element.Value is NamedExpr { Names: [var name] })
        {
            var named = NewColumn(name.Name, type);
            list.Declare(new(named, new ColumnRef(named)), name);
            return new(named, value, type);
        }

        if (at is NameExpr plain)
        {
            var replaced = NewColumn(plain.Name, type);
            list.Declare(new(replaced, new ColumnRef(replaced)), plain);
            return new(replaced, value, type);
        }

        var column = NewColumn(list.Free(ColumnNames.Of(at)), type);
        list.Append(new(column, new ColumnRef(column)));
        return new(column, value, type);
    }

    private Partition? Partition(PartitionOperator partition, Relation input)
    {
        if (Value(partition.By, RowsOf(input)) is not ColumnRef { Column: var key })
        {
            if (Unwrap(partition.By) is not NameExpr) diagnostics.Add("KS109", "Column name expected.", partition.By.Start, partition.By.Length, "compute it with extend first");
            return null;
        }

        if (key.Type == KqlType.Dynamic) NoDynamic(partition.By);
        var id = NextId();
        var placeholder = new Placeholder(id, input.Columns);
        if (_open.Contains(input)) _open.Add(placeholder);
        return Pipe((PipeExpr)partition.Body, placeholder) is { } body ? new(id, input, key, body) : null;
    }
}
