using Weir.Kql;
using Weir.Kql.Plan;
using Weir.Kql.Types;
using Xunit;

namespace Weir.Unit.Kql;

/// <summary>Short ways to compile in tests.</summary>
internal static class Kusto
{
    /// <summary>The columns of a good query, as "name:type name:type".</summary>
    public static string Columns(string query) => string.Join(' ', Root(query).Columns.Select(c => $"{c.Name}:{c.Type.Name()}"));

    public static Relation Root(string query) => Query(query).Tables[0].Root;

    public static BoundQuery Query(string query)
    {
        var compiled = KqlCompiler.Compile(query, FlowCatalog.Instance);
        Assert.Empty(compiled.Diagnostics);
        return compiled.Query!;
    }

    /// <summary>The errors of a bad query, as "code@start+length".</summary>
    public static string Errors(string query) =>
        string.Join(' ', KqlCompiler.Compile(query, FlowCatalog.Instance).Diagnostics.Select(d => $"{d.Code}@{d.Start}+{d.Length}"));

    /// <summary>The value of <c>print x</c>.</summary>
    public static Literal Literal(string expression) => Assert.IsType<Literal>(((Rows)Root("print " + expression)).Values[0][0]);
}
