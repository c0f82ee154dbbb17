using System.Text;
using System.Text.Json;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query.Cases;

/// <summary>Runs cases and compares what comes out with what must.</summary>
public static class CaseRunner
{
    private const string NotRun = "geo/graph";

    /// <summary>Runs one case.</summary>
    public static CaseOutcome Run(QueryEngine engine, QueryCase test)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(test);
        if (test.Flags.Contains(NotRun)) return new(test, CaseResult.Skipped, NotRun);
        if (test.Schema is null or { Count: 0 } && test.Rows is null) return new(test, CaseResult.Skipped, "nothing to compare");
        try
        {
            var reason = test.Rows is null ? Bind(test) : Compare(engine.Run(test.Query), test);
            return new(test, reason is null ? CaseResult.Passed : CaseResult.Failed, reason ?? "");
        }
        catch (QueryFailedException e)
        {
            return new(test, CaseResult.Failed, e.Message);
        }
    }

    private static string? Bind(QueryCase test)
    {
        var compilation = QueryEngine.Compile(test.Query, null);
        if (compilation.Query is not { } query) return $"{compilation.Diagnostics[0].Code} {compilation.Diagnostics[0].Message}";
        return Schema(test, query.Tables[0].Root.Columns.Select(c => (c.Name, c.Type.Name())));
    }

    private static string? Compare(QueryAnswer answer, QueryCase test)
    {
        if (answer.Problems is [var first, ..]) return $"{first.Code} {first.Message}";
        if (answer.Tables.IsEmpty) return "the query gives no table";
        var table = answer.Tables[0];
        return Schema(test, table.Columns.Select(c => (c.Name, c.Type.Name()))) ?? RowComparison.Differ(Cells(table), test);
    }

    private static string? Schema(QueryCase test, IEnumerable<(string Name, string Type)> columns)
    {
        if (test.Schema is not { } expected) return null;
        var given = columns.ToList();
        return given.SequenceEqual(expected) ? null : $"columns are ({Names(given)}), expected are ({Names(expected)})";
    }

    private static string Names(IEnumerable<(string Name, string Type)> columns) => string.Join(", ", columns.Select(c => $"{c.Name}:{c.Type}"));

    private static List<JsonElement> Cells(QueryTable table)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in table.Rows)
            {
                json.WriteStartArray();
                for (var i = 0; i < row.Length; i++) CellJson.Write(json, row[i], table.Columns[i].Type);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
