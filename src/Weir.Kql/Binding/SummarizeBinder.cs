using System.Collections.Immutable;
using System.Globalization;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>summarize and aggregates.</summary>
internal sealed partial class Binder
{
    private Summarize Summarize(SummarizeOperator summarize, Relation input)
    {
        var list = new ColumnList(diagnostics);
        foreach (var key in summarize.Keys) AddKey(list, key, input);
        var keys = list.Items;
        var rows = RowsOf(input) with { Aggregating = true, GroupedBy = [.. keys.Select(k => k.Value).OfType<ColumnRef>().Select(c => c.Column.Name)] };
        foreach (var value in summarize.Values) AddItem(list, value, rows);
        if (summarize.Values.IsEmpty && keys.IsEmpty) diagnostics.Add("KS006", "Missing expression", summarize.Keyword.End, 0, "write an aggregate, or 'by' and what to group by");
        var all = list.Items;
        return new(input, [.. all.Take(keys.Length)], [.. all.Skip(keys.Length)], [.. all.Select(i => i.Column)]);
    }

    private void AddKey(ColumnList list, Expr key, Relation input)
    {
        var before = list.Count;
        AddItem(list, key, RowsOf(input));
        if (list.Count > before && list.Last.Value.Type == KqlType.Dynamic) NoDynamic(key);
    }

    private Scalar Aggregate(CallExpr call, FunctionSymbol function, RowScope rows)
    {
        var several = AggregateSeveral(call, function, rows);
        if (several.Length == 1) return several[0].Value;
        if (several.Length > 1) diagnostics.Add("KS139", "The multi-valued expression cannot be assigned to a variable.", call.Start, call.Length);
        return _error;
    }

    /// <summary>Columns of an item that has several, or null for an ordinary item.</summary>
    private ImmutableArray<(string Name, Scalar Value)>? Several(Expr item, RowScope rows)
    {
        if (Unwrap(Positional(item)) is not CallExpr call || _scope.Find(call.Name.Name) is not null) return null;
        if (!rows.Aggregating) return SeriesColumns(call, rows);
        if (!FunctionLibrary.Aggregates.TryGetValue(call.Name.Name, out var function)) return null;
        if (function.Name is not ("arg_max" or "arg_min" or "argmax" or "argmin" or "take_any" or "any" or "percentiles" or "percentile" or "percentilew" or "percentilesw")) return null;
        return AggregateSeveral(call, function, rows) is { IsEmpty: false } several ? several : [(call.Name.Name, _error)];
    }

    private ImmutableArray<(string Name, Scalar Value)> AggregateSeveral(CallExpr call, FunctionSymbol function, RowScope rows)
    {
        if (function.Refusal is { } refusal)
        {
            NotSupported(function.Name + "()", call.Name.Start, call.Name.Length, refusal);
            return [];
        }

        var inside = rows with { Aggregating = false };
        var (names, arguments) = Expanded(call, function, inside);
        // count(x) with something else than a bool counts what is not null, on the engine.
        if (function.Name == "count" && arguments is [{ Type: not (KqlType.Bool or KqlType.Unknown) } counted])
            arguments = [new Plan.Call(FunctionLibrary.ScalarFunctions["isnotnull"], [counted], KqlType.Bool)];
        if (Choose(call, function, arguments) is not { } signature) return [];
        if (arguments.Any(a => a.Type == KqlType.Unknown)) return [(ColumnNames.Of(call) ?? call.Name.Name, _error)];
        var group = NextId();
        if (function.Name.StartsWith("arg", StringComparison.Ordinal) || function.Name is "take_any" or "any")
            return [.. arguments.Select((a, i) => (names[i], (Scalar)new AggregateCall(function, arguments, i, group, a.Type)))];
        if (function.Name is "percentile" or "percentiles" or "percentilew" or "percentilesw") return Percentiles(function, names[0], arguments, ResultType(signature, call, arguments), group);
        var type = ResultType(signature, call, arguments);
        return [(ColumnNames.Of(call) ?? "", new AggregateCall(function, Adapted(signature, arguments, type), 0, group, type))];
    }

    // The arguments with * written out, and the name that each gives to a column.
    private (ImmutableArray<string> Names, ImmutableArray<Scalar> Arguments) Expanded(CallExpr call, FunctionSymbol function, RowScope rows)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var arguments = ImmutableArray.CreateBuilder<Scalar>();
        var prefix = function.Name switch { "arg_max" or "argmax" => "max_", "arg_min" or "argmin" => "min_", "take_any" or "any" => "any_", _ => "" };
        foreach (var argument in call.Arguments)
        {
            if (argument is StarExpr)
            {
                foreach (var column in rows.Columns.Where(c => !rows.GroupedBy.Contains(c.Name) && !names.Contains(c.Name)))
                {
                    names.Add(column.Name);
                    arguments.Add(new ColumnRef(column));
                }

                continue;
            }

            var name = ColumnNames.Of(argument);
            names.Add(name is null || (function.Name == "any" && call.Arguments.Length == 1) ? prefix + name : name);
            arguments.Add(FunctionArgument(argument, rows));
        }

        return (names.ToImmutable(), arguments.ToImmutable());
    }

    private static ImmutableArray<(string Name, Scalar Value)> Percentiles(FunctionSymbol function, string name, ImmutableArray<Scalar> arguments, KqlType type, int group)
    {
        var fixedCount = function.Name.Contains('w', StringComparison.Ordinal) ? 2 : 1;
        var one = FunctionLibrary.Aggregates[fixedCount == 2 ? "percentilew" : "percentile"];
        return
        [
            .. arguments.Skip(fixedCount).Select(p => (
                $"percentile_{name}_{PercentText(p)}",
                (Scalar)new AggregateCall(one, [.. arguments.Take(fixedCount), Converted(p, KqlType.Real)], 0, group, type))),
        ];
    }

    private static string PercentText(Scalar percent) => percent is Literal { Value: { } value }
        ? System.Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace('.', '_') : "";
}
