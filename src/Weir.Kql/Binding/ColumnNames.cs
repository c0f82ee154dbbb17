using System.Globalization;
using Weir.Kql.Functions;
using Weir.Kql.Syntax;

namespace Weir.Kql.Binding;

/// <summary>The names that Kusto gives to columns which the user left unnamed.</summary>
internal static class ColumnNames
{
    /// <summary>The name of an expression, or null when it has none (Column1 …).</summary>
    public static string? Of(Expr expr) => expr switch
    {
        NameExpr name => name.Name,
        ParenExpr paren => Of(paren.Inner),
        NamedExpr { Names: [var name, ..] } => name.Name,
        PathExpr { Target: NameExpr { Name: "$left" or "$right" } } side => side.Name.Name,
        PathExpr path => Of(path.Target) is { } target ? $"{target}_{path.Name.Name}" : path.Name.Name,
        IndexExpr index => Of(index.Target) is { } target ? $"{target}_{Key(index.Index)}" : null,
        CallExpr call => Of(call),
        _ => null,
    };

    private static string? Of(CallExpr call)
    {
        if (call.Name.Name is "column_ifexists" or "columnifexists" && call.Arguments is [LiteralExpr { Value.Value: string column }, ..]) return column;
        if (!FunctionLibrary.Aggregates.TryGetValue(call.Name.Name, out var function)
            && !FunctionLibrary.ScalarFunctions.TryGetValue(call.Name.Name, out function)) return null;
        var first = call.Arguments.IsEmpty ? null : Of(call.Arguments[0]);
        return function.Naming switch
        {
            ResultName.FirstArgument => first,
            ResultName.OnlyArgument => call.Arguments.Length == 1 ? first : null,
            ResultName.Prefix => function.Name.StartsWith("covariance", StringComparison.Ordinal) && call.Arguments.Length > 1
                ? $"{function.NamePrefix}_{first}_{Of(call.Arguments[1])}" : $"{function.NamePrefix}_{first}",
            _ => null,
        };
    }

    private static string Key(Expr key) => key is LiteralExpr literal ? System.Convert.ToString(literal.Value.Value, CultureInfo.InvariantCulture) ?? "" : Of(key) ?? "";
}
