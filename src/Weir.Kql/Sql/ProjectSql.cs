using Weir.Kql.Functions;
using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>project, extend and their kin; functions that look at other rows are computed in selects of their own, inner ones first.</summary>
internal static class ProjectSql
{
    public static string Write(QuerySql query, Project project)
    {
        var scalar = query.Over();
        var input = query.Relation(project.Input);
        var windows = new List<Call>();
        foreach (var item in project.Items) Collect(item.Value, windows);
        if (windows.Count == 0) return $"SELECT {List(scalar, project)} FROM ({input})";

        var row = query.NewName("row");
        input = $"SELECT *, row_number() OVER () AS {row} FROM ({input})";
        foreach (var call in windows) input = WindowSql.Add(scalar, call, row, input);
        return $"SELECT {List(scalar, project)} FROM ({input}) ORDER BY {row}";
    }

    private static string List(ScalarSql scalar, Project project) => project.Items.Length == 0 ? "1" : string.Join(", ", project.Items.Select(i =>
    {
        var value = scalar.As(i.Value, i.Column.Type);
        return value == QuerySql.Name(i.Column) ? value : $"{value} AS {QuerySql.Name(i.Column)}";
    }));

    /// <summary>The window calls of an expression, those inside others first.</summary>
    public static void Collect(Scalar value, List<Call> windows)
    {
        foreach (var part in Parts(value)) Collect(part, windows);
        if (value is Call { Function.Kind: FunctionKind.Window } call && !windows.Contains(call, ReferenceEqualityComparer.Instance)) windows.Add(call);
    }

    /// <summary>The expressions that an expression is made of.</summary>
    public static IEnumerable<Scalar> Parts(Scalar value) => value switch
    {
        Call call => call.Arguments,
        Operation operation => operation.Operands,
        Plan.Convert convert => [convert.Value],
        Member member => [member.Value],
        Element element => [element.Value, element.Key],
        InQuery membership => [membership.Value],
        AggregateCall aggregate => aggregate.Arguments,
        _ => [],
    };
}
