using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Functions;
using Weir.Kql.Functions;
using Weir.Kql.Sql;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>Functions of KQL are an allow-list: none of DuckDB's reaches a query by its name.</summary>
public sealed partial class AllowListTests
{
    [Fact]
    public void No_function_of_DuckDB_is_one_of_KQL_unless_Kusto_has_it_too()
    {
        string[] given = ["", "1", "'a'", "1, 2", "'a', 'b'"];

        var accepted = from name in DuckDbNames()
                       where !FunctionLibrary.ScalarFunctions.ContainsKey(name) && !FunctionLibrary.Aggregates.ContainsKey(name)
                       from arguments in given
                       where QueryEngine.Compile($"print x = {name}({arguments})", null).Diagnostics.IsEmpty
                       select $"{name}({arguments})";

        Assert.Empty(accepted);
    }

    [Fact]
    public void A_function_that_has_no_SQL_says_what_to_use_instead()
    {
        // Answered by the binder, or in SQL of their own.
        HashSet<string> others =
        [
            "now", "ago", "iff", "iif", "case", "coalesce", "max_of", "min_of", "isnull", "isnotnull", "notnull", "isempty", "isnotempty", "notempty", "gettype", "bin", "floor",
            "bin_at", "range", "pack", "bag_pack", "pack_dictionary", "pack_all", "array_sort_asc", "array_sort_desc", "database", "table", "iscolumnexists", "columnifexists",
            "column_ifexists", "bag_pack_columns", "current_database", "column_names_of",
        ];
        var ruled = FunctionSql.All.Select(r => r.Name).ToHashSet();
        Assert.Empty(FunctionLibrary.ScalarFunctions.Values
            .Where(f => f.Refusal is null && f.Kind == FunctionKind.Scalar && !others.Contains(f.Name) && !ruled.Contains(f.Name) && Refusals.Instead(f.Name).Length == 0).Select(f => f.Name));
    }

    [Theory]
    [InlineData("externaldata(x:string)['/etc/passwd']")]
    [InlineData("cluster('x').database('y').T")]
    [InlineData("evaluate http_request('http://127.0.0.1/')")]
    [InlineData("evaluate sql_request('a', 'b')")]
    [InlineData("print x=1 | evaluate python(typeof(*), 'x')")]
    [InlineData("print x=1 | evaluate r(typeof(*), 'x')")]
    public void What_would_reach_outside_is_refused(string query)
    {
        using var engine = QueryScene.Empty();

        Assert.NotEmpty(engine.Run(query, TestContext.Current.CancellationToken).Problems);
    }

    [Fact]
    public void Every_function_of_ours_that_the_dialect_calls_exists()
    {
        var known = NativeFunctions.All.Select(f => f.Name).ToHashSet();

        var missing = FunctionSql.All.SelectMany(f => Native().Matches(f.Template).Select(m => m.Value)).Distinct().Where(n => !known.Contains(n)).Order();

        Assert.Empty(missing);
    }

    [Fact]
    public void The_instance_reaches_no_file_and_no_setting()
    {
        using var engine = QueryScene.Empty();

        Assert.All(
            ["SELECT * FROM read_csv('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/x'", "INSTALL httpfs", "SET threads = 1", "ATTACH '/tmp/x.db'"],
            sql => Assert.Throws<DuckDBException>(() => engine.Execute(sql)));
    }

    private static List<string> DuckDbNames()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT DISTINCT function_name FROM duckdb_functions()";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        Assert.True(names.Count > 500);
        return [.. names.Where(n => Word().IsMatch(n))];
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bk_[a-z0-9_]+")]
    private static partial Regex Native();
}
