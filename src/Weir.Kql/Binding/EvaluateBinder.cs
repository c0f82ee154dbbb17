using System.Collections.Immutable;
using Weir.Kql.Diagnostics;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;

namespace Weir.Kql.Binding;

/// <summary>evaluate: the columns that come out, as far as they are known before the data is.</summary>
internal sealed partial class Binder
{
    private Evaluate? Evaluate(EvaluateOperator evaluate, Relation? input)
    {
        var name = evaluate.Call.Name;
        if (!FunctionLibrary.Plugins.TryGetValue(name.Name, out var plugin))
        {
            diagnostics.Add("KS124", $"The plug-in function '{name.Name}' is not defined.", name.Start, name.Length, NearMiss.Hint(name.Name, FunctionLibrary.Plugins.Keys));
            return null;
        }

        if (plugin.Refusal is { } refusal)
        {
            NotSupported(name.Name, name.Start, name.Length, refusal);
            return null;
        }

        var rows = input is null ? RowScope.None : RowsOf(input);
        var arguments = ImmutableArray.CreateBuilder<Scalar?>();
        var tables = ImmutableDictionary.CreateBuilder<int, Relation>();
        var names = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < evaluate.Call.Arguments.Length; i++)
        {
            var argument = evaluate.Call.Arguments[i];
            names.Add(ColumnNames.Of(argument) ?? "");
            if (IsTable(Positional(argument)) && !(Unwrap(argument) is NameExpr column && FindColumn(rows.Columns, column.Name) is not null))
            {
                arguments.Add(null);
                if (Table(Positional(argument)) is { } table) tables[i] = table;
                continue;
            }

            var aggregating = plugin.Name == "pivot" && Unwrap(argument) is CallExpr { Name.Name: var called } && FunctionLibrary.Aggregates.ContainsKey(called);
            // The third argument of a lookup names a column of the looked-up table.
            var over = i == 2 && plugin.Name is "ipv4_lookup" or "ipv6_lookup" && tables.TryGetValue(0, out var looked) ? RowsOf(looked) : rows;
            arguments.Add(Value(argument, aggregating ? over with { Aggregating = true } : over));
        }

        // A table argument stands for a value that fits; the others are checked as any function's.
        var given = arguments.Select(a => a ?? new Literal(Types.KqlType.Unknown, null)).ToImmutableArray();
        if (!plugin.Overloads.IsEmpty && Choose(evaluate.Call, plugin, given) is null) return null;
        var node = new Evaluate(input, plugin, arguments.ToImmutable(), tables.ToImmutable(), input?.Columns ?? [], true);
        return WithColumns(node, evaluate, names.ToImmutable());
    }

    private Evaluate WithColumns(Evaluate node, EvaluateOperator written, ImmutableArray<string> names)
    {
        if (written.HasSchema)
        {
            var declared = written.Schema.Select(c => NewColumn(c.Name.Name, TypeOf(c.Type))).ToImmutableArray();
            ImmutableArray<Column> all = written.SchemaStar ? [.. node.Columns, .. declared.Where(d => FindColumn(node.Columns, d.Name) is null)] : declared;
            return node with { Columns = all, Open = false };
        }

        if (PluginColumns.Of(node, names, node.Tables) is { } columns)
            return node with { Columns = [.. columns.Select(c => node.Columns.FirstOrDefault(i => i.Name == c.Name && i.Type == c.Type) ?? NewColumn(c.Name, c.Type))], Open = false };
        // The data is not asked where it is not known: in a function that is only checked, or after an open table.
        var known = _checking == 0 && (node.Input is null || !_open.Contains(node.Input));
        if (known && !diagnostics.Any && options.Discover?.Invoke(node) is { } found)
            return node with { Columns = [.. found.Select(c => NewColumn(c.Name, c.Type))], Open = false };
        _open.Add(node);
        return node;
    }
}
