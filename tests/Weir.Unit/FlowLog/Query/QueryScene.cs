using Weir.FlowLog.Query;
using Weir.Unit.Policy;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>An engine over the flows of our corpus, or over none.</summary>
internal static class QueryScene
{
    /// <summary>An engine without rows.</summary>
    public static QueryEngine Empty(QueryLimits? limits = null) => new(limits ?? new QueryLimits(MemoryMiB: 512, Threads: 1), TimeProvider.System);

    /// <summary>The shared flows, or null where the machine has none.</summary>
    public static string? Flows => Corpus.Shared("corpora", "ours", "flows.jsonl");

    /// <summary>The first table's cells as text, rows by ';'.</summary>
    public static string Ask(this QueryEngine engine, string query)
    {
        var answer = engine.Run(query, TestContext.Current.CancellationToken);
        if (answer.Problems is [var problem, ..]) return $"{problem.Code} {problem.Message}";
        var table = answer.Tables[0];
        return string.Join(';', table.Rows.Select(r => string.Join(',', r.Select((c, i) => CellJson.Text(c, table.Columns[i].Type)))));
    }
}
