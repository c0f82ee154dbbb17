using System.Collections.Immutable;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Functions that the binder answers itself, for they are about names and not about values.</summary>
internal sealed partial class Binder
{
    // Null: an ordinary function.
    private Scalar? Special(CallExpr call, RowScope rows)
    {
        switch (call.Name.Name)
        {
            case "iscolumnexists" when call.Arguments is [LiteralExpr { Value.Value: string name }]:
                return new Literal(KqlType.Bool, FindColumn(rows.Columns, name) is not null);
            case "column_ifexists" or "columnifexists" when call.Arguments is [LiteralExpr { Value.Value: string name }, var standard]:
                var fallback = Value(standard, rows);
                return FindColumn(rows.Columns, name) is { } column ? new ColumnRef(column) : fallback;
            case "current_database" when call.Arguments.IsEmpty:
                return new Literal(KqlType.String, catalog.Database);
            case "pack_all" when call.Arguments.Length <= 1:
                return PackAll(call, rows);
            case "bag_pack_columns" when !call.Arguments.IsEmpty:
                return Pack("bag_pack", call.Arguments.Select(a => (ColumnNames.Of(a) ?? "", Value(a, rows))));
            case "column_names_of" when call.Arguments is [var table]:
                return Table(table) is { } relation ? Names(relation) : _error;
            case "pack" or "bag_pack" or "pack_dictionary" when call.Arguments is [StarExpr]:
                return Pack(call.Name.Name, rows.Columns.Select(c => (c.Name, (Scalar)new ColumnRef(c))));
            case "pack_array" when call.Arguments is [StarExpr]:
                return new Plan.Call(FunctionLibrary.ScalarFunctions["pack_array"], [.. rows.Columns.Select(c => new ColumnRef(c))], KqlType.Dynamic);
            case "bin_auto" when call.Arguments is [var value] && _given.TryGetValue("query_bin_auto_size", out var width):
                return BinAuto(call, Value(value, rows), width);
            default:
                return null;
        }
    }

    // set query_bin_auto_size=1h, and query_bin_auto_at where the bins are not to begin at zero.
    private Scalar BinAuto(CallExpr call, Scalar value, Literal width) => _given.TryGetValue("query_bin_auto_at", out var at)
        ? BuiltIn(call, FunctionLibrary.ScalarFunctions["bin_at"], [value, width, at])
        : BuiltIn(call, FunctionLibrary.ScalarFunctions["bin"], [value, width]);

    private static Plan.Call Pack(string function, IEnumerable<(string Name, Scalar Value)> pairs)
    {
        var arguments = pairs.SelectMany(p => new[] { new Literal(KqlType.String, p.Name), p.Value }).ToImmutableArray();
        return new(FunctionLibrary.ScalarFunctions[function], arguments, KqlType.Dynamic);
    }

    // pack_all(true) leaves out what is null or empty: the flag stays first, then names and values.
    private Plan.Call PackAll(CallExpr call, RowScope rows)
    {
        var pairs = rows.Columns.SelectMany(c => new Scalar[] { new Literal(KqlType.String, c.Name), new ColumnRef(c) });
        var flag = call.Arguments.IsEmpty ? new Literal(KqlType.Bool, false) : Value(call.Arguments[0], rows);
        return new Plan.Call(FunctionLibrary.ScalarFunctions["pack_all"], [flag, .. pairs], KqlType.Dynamic);
    }

    private static Literal Names(Relation relation)
    {
        var json = new System.Text.StringBuilder("[");
        foreach (var column in relation.Columns)
        {
            if (json.Length > 1) json.Append(',');
            JsonText.Append(json, new Literal(KqlType.String, column.Name));
        }

        return new(KqlType.Dynamic, json.Append(']').ToString());
    }
}
