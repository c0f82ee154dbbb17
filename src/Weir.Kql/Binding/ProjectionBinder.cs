using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Operators that choose and compute columns.</summary>
internal sealed partial class Binder
{
    private Relation Extend(ImmutableArray<Expr> items, Relation input)
    {
        if (items.IsEmpty) return input;
        var list = new ColumnList(diagnostics);
        foreach (var column in input.Columns) list.Keep(column);
        foreach (var item in items) AddItem(list, item, RowsOf(input));
        return new Project(input, list.Items);
    }

    private Project Project(ImmutableArray<Expr> items, Relation input)
    {
        var list = new ColumnList(diagnostics);
        foreach (var item in items)
        {
            if (item is StarExpr star)
            {
                foreach (var column in Matching(star, input)) if (!list.Contains(column.Name)) list.Keep(column);
            }
            else AddItem(list, item, RowsOf(input));
        }

        return new(input, list.Items);
    }

    private Rows Print(ListOperator print)
    {
        var list = new ColumnList(diagnostics);
        for (var i = 0; i < print.Items.Length; i++)
            AddItem(list, print.Items[i], RowScope.None, "print_" + i.ToString(CultureInfo.InvariantCulture));
        return new([.. list.Items.Select(i => i.Column)], [[.. list.Items.Select(i => i.Value)]]);
    }

    // One item of project, extend, print, summarize by: a value, named or not, or several (a, b) = f(x).
    private void AddItem(ColumnList list, Expr item, RowScope rows, string? unnamed = null)
    {
        if (Several(item, rows) is { } several)
        {
            AddSeveral(list, item as NamedExpr, several);
            return;
        }

        var value = Value(item, rows);
        if (item is NamedExpr { Names: [var name, ..] } named)
        {
            if (named.Compound) diagnostics.Add("KS149", "The expression does not have multiple named values.", named.Value.Start, named.Value.Length);
            list.Declare(new(NewColumn(name.Name, value.Type), value), name);
            return;
        }

        if (item is NameExpr plain && value is ColumnRef { Column: var column } && !list.Contains(column.Name))
        {
            list.Declare(new(column, value), plain);
            return;
        }

        if (item is NameExpr again && value is ColumnRef && list.Contains(again.Name) && unnamed is null && rows.Columns.Length > 0)
        {
            list.Append(new(NewColumn(list.Free(again.Name), value.Type), value));
            return;
        }

        var free = list.Free(unnamed ?? ColumnNames.Of(item));
        list.Append(new(NewColumn(free, value.Type), value));
    }

    private void AddSeveral(ColumnList list, NamedExpr? named, ImmutableArray<(string Name, Scalar Value)> several)
    {
        // One name for arg_max() names its first column; the others keep their own.
        if (named is { Compound: false } && several[0].Value is not AggregateCall { Function.Name: "arg_max" or "arg_min" or "argmax" or "argmin" })
        {
            list.Declare(new(NewColumn(named.Names[0].Name, several[0].Value.Type), several[0].Value), named.Names[0]);
            return;
        }

        for (var i = 0; i < several.Length; i++)
        {
            var (name, value) = several[i];
            if (named is not null && i < named.Names.Length) list.Declare(new(NewColumn(named.Names[i].Name, value.Type), value), named.Names[i]);
            else if (named is null || i >= named.Names.Length) list.Append(new(NewColumn(list.Free(name), value.Type), value));
        }

        if (named is not null && named.Names.Length > several.Length)
        {
            var extra = named.Names[several.Length];
            diagnostics.Add("KS150", "The name does not have a corresponding expression.", extra.Start, extra.Length);
        }
    }

    private Project AwayOrKeep(ListOperator list, Relation input)
    {
        var chosen = new HashSet<Column>(ReferenceEqualityComparer.Instance);
        foreach (var item in list.Items) chosen.UnionWith(Chosen(item, input));
        var keep = list.Keyword.Text == "project-keep";
        return Kept(input, input.Columns.Where(c => chosen.Contains(c) == keep));
    }

    private static Project Kept(Relation input, IEnumerable<Column> columns) => new(input, [.. columns.Select(c => new Assignment(c, new ColumnRef(c)))]);

    // A column's name, or a pattern with stars.
    private IEnumerable<Column> Chosen(Expr item, Relation input)
    {
        if (item is StarExpr star) return Matching(star, input);
        if (item is NameExpr name && FindColumn(input.Columns, name.Name) is { } column) return [column];
        if (_open.Contains(input) || item is MissingExpr) return [];
        diagnostics.Add("KS109", "Column name expected.", item.Start, item.Length, item is NameExpr n ? Diagnostics.NearMiss.Hint(n.Name, input.Columns.Select(c => c.Name)) : null);
        if (item is NameExpr unknown) UnknownName(unknown, input.Columns.Select(c => c.Name));
        return [];
    }

    private static IEnumerable<Column> Matching(StarExpr star, Relation input)
    {
        var pattern = "^" + Regex.Escape(star.Pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);
        return input.Columns.Where(c => regex.IsMatch(c.Name));
    }

    private Project Rename(ImmutableArray<Expr> items, Relation input)
    {
        var names = new Dictionary<Column, NameExpr>(ReferenceEqualityComparer.Instance);
        foreach (var item in items)
        {
            if (item is not NamedExpr { Names: [var name], Value: var value })
            {
                if (item is not MissingExpr) diagnostics.Add("KS110", "Column rename assignment expected.", item.Start, item.Length, "write New = Old");
                continue;
            }

            foreach (var column in Chosen(value, input)) names[column] = name;
        }

        var list = new ColumnList(diagnostics);
        foreach (var column in input.Columns)
        {
            if (!names.TryGetValue(column, out var name)) list.Keep(column);
            else if (list.Contains(name.Name) || input.Columns.Any(c => c.Name == name.Name && !names.ContainsKey(c)))
                diagnostics.Add("KS171", $"A column with the name '{name.Name}' is already declared.", name.Start, name.Length, "give it another name");
            else list.Append(new(NewColumn(name.Name, column.Type), new ColumnRef(column)));
        }

        return new(input, list.Items);
    }

    private Project Reorder(ImmutableArray<Expr> items, Relation input)
    {
        var order = new List<Column>();
        foreach (var item in items)
        {
            var (direction, inner) = item is UnaryExpr unary ? (unary.Operator.Text, unary.Operand) : ("", item);
            var matched = Chosen(inner, input).Where(c => !order.Contains(c));
            order.AddRange(direction switch
            {
                "asc" => matched.OrderBy(c => c.Name, StringComparer.Ordinal),
                "desc" => matched.OrderByDescending(c => c.Name, StringComparer.Ordinal),
                "granny-asc" => matched.OrderBy(c => c.Name, NumberAwareOrder.Instance),
                "granny-desc" => matched.OrderByDescending(c => c.Name, NumberAwareOrder.Instance),
                _ => matched,
            });
        }

        return Kept(input, order.Concat(input.Columns.Except(order)));
    }

    private Distinct Distinct(ListOperator list, Relation input)
    {
        var columns = new ColumnList(diagnostics);
        foreach (var item in list.Items)
        {
            if (item is StarExpr star)
            {
                foreach (var column in Matching(star, input)) columns.Keep(column);
            }
            else AddItem(columns, item, RowsOf(input));

            if (columns.Count > 0 && (item is StarExpr ? columns.Items.Any(c => c.Column.Type == KqlType.Dynamic) : columns.Last.Value.Type == KqlType.Dynamic)) NoDynamic(item);
        }

        return new(new Project(input, columns.Items));
    }

    private RangeRows Range(RangeOperator range)
    {
        var from = Value(range.From, RowScope.None);
        var to = Value(range.To, RowScope.None);
        var step = Value(range.Step, RowScope.None);
        var type = from.Type == KqlType.Int ? KqlType.Long : from.Type;
        if (type.IsNumber() && to.Type.IsNumber()) type = KqlTypes.Widest(type, to.Type);
        if (type.IsNumber() && step.Type.IsNumber()) type = KqlTypes.Widest(type, step.Type);
        foreach (var (value, at) in new[] { (from, range.From), (to, range.To), (step, range.Step) })
        {
            if (value.Type != KqlType.Unknown && !value.Type.IsSummable())
            {
                diagnostics.Add("KS138", "The argument value must be summable: a number, timespan or datetime.", at.Start, at.Length);
                type = KqlType.Unknown;
            }
        }

        var interval = type == KqlType.DateTime ? KqlType.TimeSpan : type;
        if (step.Type != KqlType.Unknown && type != KqlType.Unknown && !KqlTypes.Accepts(interval, step.Type))
            diagnostics.Add("KS106", $"The operator '+' is not defined for the operand types {type.Name()} and {step.Type.Name()}.", range.Step.Start, range.Step.Length, $"the step must be of type {interval.Name()}");
        if (to.Type != KqlType.Unknown && type != KqlType.Unknown && !KqlTypes.Accepts(type, to.Type))
            diagnostics.Add("KS107", $"A value of type {type.Name()} expected.", range.To.Start, range.To.Length);
        return new(NewColumn(range.Name.Name, type), Converted(from, type), Converted(to, type), Converted(step, interval));
    }
}
