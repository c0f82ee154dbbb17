using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Data;
using Weir.FlowLog.Store;

namespace Weir.Bench;

/// <summary>Flows into the store and questions about them: rows a second of one core with acknowledgement, bytes a row, KQL beside hand-written SQL.</summary>
/// <remarks>The bars: 300,000 rows/s/core, 20 bytes a row, 1.2 times the hand-written SQL.</remarks>
internal static class FlowLogSpeed
{
    // Where one answer takes seconds, few will do.
    private const int ManyRows = 20_000_000;

    // The wanted columns, read from the files as they are: the best that the same engine can do.
    private static readonly (string Name, string Kql, string Sql)[] _questions =
    [
        ("1, 30 min", """
            RetinaNetworkFlowLogs | where TimeGenerated > ago(30m) | where SourceNamespace == "pets" or DestinationNamespace == "pets" | where Verdict == "DROPPED"
            | summarize DroppedFlows = count() by TrafficDirection, SourcePodName, DestinationPodName | order by DroppedFlows desc | take 20
            """, """
            SELECT direction, source_pod, destination_pod, count(*) AS n FROM rows WHERE time > {ago30m} AND (source_namespace = 'pets' OR destination_namespace = 'pets')
            AND verdict = 'DROPPED' GROUP BY ALL ORDER BY n DESC LIMIT 20
            """),
        ("1, 7 days", """
            RetinaNetworkFlowLogs | where TimeGenerated > ago(8d) | where SourceNamespace == "pets" or DestinationNamespace == "pets" | where Verdict == "DROPPED"
            | summarize DroppedFlows = count() by TrafficDirection, SourcePodName, DestinationPodName | order by DroppedFlows desc | take 20
            """, """
            SELECT direction, source_pod, destination_pod, count(*) AS n FROM rows WHERE (source_namespace = 'pets' OR destination_namespace = 'pets')
            AND verdict = 'DROPPED' GROUP BY ALL ORDER BY n DESC LIMIT 20
            """),
        ("2, 7 days", """
            RetinaNetworkFlowLogs | where TimeGenerated > ago(8d) | where DestinationNamespace == "pets" | where DestinationPodName contains "store-front" | where TrafficDirection == "INGRESS"
            | where Verdict == "DROPPED" | extend SrcIP = tostring(IP.source), DstIP = tostring(IP.destination) | extend Layer4Data = parse_json(Layer4)
            | extend DstPort = coalesce(tostring(Layer4Data.TCP.destination_port), tostring(Layer4Data.UDP.destination_port))
            | project TimeGenerated, SrcIP, DstIP, DstPort, Verdict | order by TimeGenerated desc | take 20
            """, """
            SELECT time, source_ip, destination_ip, destination_port, verdict FROM rows WHERE destination_namespace = 'pets' AND contains(lower(destination_pod), 'store-front')
            AND direction = 'INGRESS' AND verdict = 'DROPPED' ORDER BY time DESC LIMIT 20
            """),
        ("3, 7 days", """
            RetinaNetworkFlowLogs | where TimeGenerated > ago(8d) | where SourceNamespace == "pets" | where SourcePodName contains "store-front" | where TrafficDirection == "EGRESS"
            | extend Layer4Data = parse_json(Layer4)
            | extend DstPort = coalesce(tostring(Layer4Data.TCP.destination_port), tostring(Layer4Data.UDP.destination_port))
            | where DstPort == "53" | summarize Count = count() by Verdict | order by Verdict asc
            """, """
            SELECT verdict, count(*) FROM rows WHERE source_namespace = 'pets' AND contains(lower(source_pod), 'store-front') AND direction = 'EGRESS' AND destination_port = 53
            AND protocol IN ('TCP', 'UDP') GROUP BY ALL ORDER BY 1
            """),
        ("4, 7 days", """
            RetinaNetworkFlowLogs | where TimeGenerated > ago(8d) | where SourceNamespace == "pets" | where SourcePodName contains "store-front" | where TrafficDirection == "EGRESS"
            | extend SrcIP = tostring(IP.source), DstIP = tostring(IP.destination) | extend Layer4Data = parse_json(Layer4)
            | extend DstPort = coalesce(tostring(Layer4Data.TCP.destination_port), tostring(Layer4Data.UDP.destination_port))
            | where DstPort in ("53", "443") | where isnotempty(DstIP) | project TimeGenerated, DstIP, DstPort, Verdict | order by TimeGenerated asc | take 50
            """, """
            SELECT time, destination_ip, destination_port, verdict FROM rows WHERE source_namespace = 'pets' AND contains(lower(source_pod), 'store-front') AND direction = 'EGRESS'
            AND destination_port IN (53, 443) AND protocol IN ('TCP', 'UDP') AND destination_ip IS NOT NULL ORDER BY time LIMIT 50
            """),
        ("5, 7 days", """
            RetinaNetworkFlowLogs | where TimeGenerated > ago(8d) | where SourceNamespace == "pets" or DestinationNamespace == "pets"
            | summarize Allowed = countif(Verdict == "FORWARDED"), Dropped = countif(Verdict == "DROPPED") by bin(TimeGenerated, 1m), TrafficDirection
            """, """
            SELECT time - time % 600000000, direction, count(*) FILTER (verdict = 'FORWARDED'), count(*) FILTER (verdict = 'DROPPED') FROM rows
            WHERE source_namespace = 'pets' OR destination_namespace = 'pets' GROUP BY ALL
            """),
        ("6, 7 days", """
            RetinaNetworkFlowLogs | where TimeGenerated > ago(8d) | where SourceNamespace == "pets" or DestinationNamespace == "pets"
            | summarize TotalFlows = count(), DroppedFlows = countif(Verdict == "DROPPED"), ForwardedFlows = countif(Verdict == "FORWARDED") by TrafficDirection, SourcePodName, DestinationPodName
            | extend DropRate = round((DroppedFlows * 100.0) / TotalFlows, 2) | where TotalFlows > 5 | order by DroppedFlows desc | take 20
            """, """
            SELECT direction, source_pod, destination_pod, count(*) AS t, count(*) FILTER (verdict = 'DROPPED') AS d, count(*) FILTER (verdict = 'FORWARDED'), round(d * 100.0 / t, 2) FROM rows
            WHERE source_namespace = 'pets' OR destination_namespace = 'pets' GROUP BY ALL HAVING t > 5 ORDER BY d DESC LIMIT 20
            """),
    ];

    /// <summary>Runs it for each number of rows and prints two tables for each, row by row: the largest take long.</summary>
    public static async Task RunAsync(IReadOnlyList<int> sizes)
    {
        foreach (var rows in sizes)
        {
            var folder = Directory.CreateTempSubdirectory("weir-bench-");
            try
            {
                var now = TimeProvider.System.GetUtcNow();
                var options = new StoreOptions { Folder = folder.FullName, RawAge = TimeSpan.FromDays(20), MaxWaitingRows = 500_000 };
                await using var store = FlowStore.Open(options, TimeProvider.System, NullLogger<FlowStore>.Instance);
                await Console.Out.WriteLineAsync("| rows | acknowledged and in segments, rows/s | rows/s/core | rows/s/core with all compaction | segments | bytes a row |\n|---:|---:|---:|---:|---:|---:|");
                await IngestAsync(store, rows, now);
                using var held = store.Hold();
                await Console.Out.WriteLineAsync("\n| rows | query | KQL, ms | SQL, ms | ratio | ratio of processor time | KQL with a new engine, ms |\n|---:|---|---:|---:|---:|---:|---:|");
                foreach (var answer in Ask(held, rows, now)) await Console.Out.WriteLineAsync(answer);
                await Console.Out.WriteLineAsync();
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static async Task IngestAsync(FlowStore store, int rows, DateTimeOffset now)
    {
        // Made outside the measurement, a piece at a time: 100 million rows do not fit into memory.
        var (wall, cpu) = (TimeSpan.Zero, TimeSpan.Zero);
        using var self = Process.GetCurrentProcess();
        foreach (var piece in new FlowGenerator().Batches(rows, now).Chunk(256))
        {
            self.Refresh();
            var (since, used) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime);
            foreach (var outcome in await Task.WhenAll(piece.Select(b => store.AppendAsync(b.Batch, CancellationToken.None))))
                if (!outcome.IsSafe) throw new InvalidOperationException(outcome.Refused);
            store.Flush();
            self.Refresh();
            (wall, cpu) = (wall + Stopwatch.GetElapsedTime(since), cpu + (self.TotalProcessorTime - used));
        }

        self.Refresh();
        var before = self.TotalProcessorTime;
        store.Compact();
        self.Refresh();
        var whole = cpu + (self.TotalProcessorTime - before);
        using var held = store.Hold();
        var bytes = held.Manifest.Segments.Sum(s => s.Bytes);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {rows:#,##0} | {rows / wall.TotalSeconds:#,##0} | {rows / cpu.TotalSeconds:#,##0} | {rows / whole.TotalSeconds:#,##0} | {held.Manifest.Segments.Count} | {(double)bytes / rows:0.0} |"));
    }

    private static IEnumerable<string> Ask(StoreSnapshot held, int rows, DateTimeOffset now)
    {
        foreach (var (name, kql, sql) in _questions)
        {
            var isShort = kql.Contains("ago(30m)", StringComparison.Ordinal);
            var from = isShort ? now.AddMinutes(-31).UtcTicks : long.MinValue;
            var (ours, whole, theirs) = (new List<double>(), new List<double>(), new List<double>());
            var (work, sqlWork) = (TimeSpan.Zero, TimeSpan.Zero); // what other work on the machine does not lengthen
            var written = sql.Replace("{ago30m}", now.AddMinutes(-30).UtcTicks.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var (warm, rounds) = rows > ManyRows && !isShort ? (1, 3) : (5, 9);
            for (var round = -warm; round < rounds; round++)
            {
                var (a, b) = (Kql(held, kql, from), Sql(held, written, from));
                if (round >= 0) (work, sqlWork) = (work + a.Work, sqlWork + b.Work);
                if (round < 0) continue; // the files come into memory, and code is compiled, as in a hub that has run for a while
                ours.Add(a.Answer);
                whole.Add(a.Whole);
                theirs.Add(b.Answer);
            }

            var (x, y, z) = (Median(ours), Median(theirs), Median(whole));
            yield return string.Create(CultureInfo.InvariantCulture, $"| {rows:#,##0} | {name} | {x:0.0} | {y:0.0} | {x / y:0.00} | {work / sqlWork:0.00} | {z:0.0} |");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static (double Answer, double Whole, TimeSpan Work) Kql(StoreSnapshot held, string kql, long from)
    {
        var start = Stopwatch.GetTimestamp();
        using var engine = new QueryEngine(new QueryLimits(), TimeProvider.System, StoredFlows.Of(held, from));
        var (since, work) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var answer = engine.Run(kql);
        var took = (Stopwatch.GetElapsedTime(since).TotalMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds, Environment.CpuUsage.TotalTime - work);
        return answer.Problems.Length == 0 ? took : throw new InvalidOperationException(answer.Problems[0].Message);
    }

    private static (double Answer, TimeSpan Work) Sql(StoreSnapshot held, string sql, long from)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:;memory_limit=1024MiB;threads=2");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"CREATE VIEW rows AS SELECT * FROM read_parquet([{string.Join(", ", held.FilesOf(from).Select(f => $"'{f}'"))}])";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        var (since, work) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        using var reader = command.ExecuteReader();
        while (reader.Read()) { }
        return (Stopwatch.GetElapsedTime(since).TotalMilliseconds, Environment.CpuUsage.TotalTime - work);
    }
}
