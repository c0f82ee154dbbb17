using System.CommandLine;
using System.Text;
using Weir.Cli;
using Weir.Cli.Logs;
using Weir.Cli.Store;
using Weir.FlowLog.Node;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Data;
using Weir.FlowLog.Store;
using Weir.Model;
using Weir.Unit.Hub;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Cli;

/// <summary>Commands that read saved <c>events.log</c> files.</summary>
public sealed class FlowLogCommandTests : IDisposable
{
    private static readonly DateTimeOffset _from = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-import").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_saved_log_comes_into_the_store_once_with_the_rows_that_it_tells_of()
    {
        var log = Save(Some());
        var store = Path.Combine(_folder, "store");

        Assert.Equal((0, $"{log}: 40 flows, 40 new\n"), await RunAsync(StoreCommand.Create(), "store", "import", store, log));
        Assert.Equal((0, $"{log}: 40 flows, 0 new\n"), await RunAsync(StoreCommand.Create(), "store", "import", store, log));

        using var held = StoreReader.Hold(store);
        using var stored = new QueryEngine(new QueryLimits(), TimeProvider.System, StoredFlows.Of(held));
        using var saved = new QueryEngine(new QueryLimits(), TimeProvider.System);
        saved.Load(File.ReadLines(log), log);
        const string query = "ContainerNetworkLogs | project TimeGenerated, UUID, Verdict, SourcePodName, tostring(Layer4), tostring(Layer7.dns.ips), tostring(Layer7.http.url), tostring(Policies), NodeName | sort by UUID asc";
        Assert.Equal(Text(saved, query), Text(stored, query));
    }

    [Fact]
    public async Task A_saved_log_comes_to_a_running_hub_once()
    {
        var log = Save(Some(TimeProvider.System.GetUtcNow().AddMinutes(-10))); // by the hub's own rules nothing of it is old
        await using var scene = new HubScene();
        await scene.StartAsync();
        var (hub, before) = ("unix:" + scene.Folder.Socket, Rows(scene));

        var locked = await RunAsync(StoreCommand.Create(), "store", "import", scene.Folder.Store, log);
        var first = await RunAsync(StoreCommand.Create(), "store", "import", "--hub", hub, log);
        var again = await RunAsync(StoreCommand.Create(), "store", "import", "--hub", hub, log);
        scene.Hub.Store.Flush();

        Assert.Equal(1, locked.ExitCode);
        Assert.Contains("--hub", locked.Told, StringComparison.Ordinal);
        Assert.Equal((0, $"{log}: 40 flows\n"), first);
        Assert.Equal(first, again);
        Assert.Equal(before + 40, Rows(scene));
    }

    [Theory]
    [InlineData("give the hub's nodes socket", "--hub", "tls://hub:1")]
    [InlineData("the hub at unix:///nowhere/hub.sock did not take the flows", "--hub", "unix:/nowhere/hub.sock")]
    [InlineData("give the store's folder and the saved files")]
    public async Task An_import_that_cannot_be_says_why(string why, params string[] options)
    {
        var (code, told) = await RunAsync(StoreCommand.Create(), ["store", "import", .. options, Save(Some())]);
        Assert.NotEqual(0, code);
        Assert.Contains(why, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_no_flow_is_named_and_nothing_of_its_file_is_stored()
    {
        var log = Save(Some());
        await File.AppendAllTextAsync(log, "{\"flow\":7}\n", TestContext.Current.CancellationToken);
        var store = Path.Combine(_folder, "store");
        var (code, told) = await RunAsync(StoreCommand.Create(), "store", "import", store, log);
        Assert.Equal(1, code);
        Assert.Contains("line 41: expected is a line of Hubble's exporter", told, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(store, "data")) && Directory.EnumerateFileSystemEntries(Path.Combine(store, "data")).Any());
    }

    [Fact]
    public async Task An_estimate_tells_rows_and_bytes_a_day_and_which_filter_matches_nothing()
    {
        var log = Save(Some());
        var file = Path.Combine(_folder, "cnl.yaml");
        await File.WriteAllTextAsync(
            file,
            "apiVersion: acn.azure.com/v1alpha1\nkind: ContainerNetworkLog\nmetadata: {name: t}\nspec:\n  includefilters:\n  - {name: drops, verdict: [dropped]}\n  - {name: nobody, from: {namespacedPod: [shop/none-]}}\n",
            TestContext.Current.CancellationToken);
        var (code, told) = await RunAsync(LogsCommand.Create(), "logs", "estimate", "-f", file, "--from", log);
        Assert.Equal(0, code);
        Assert.Contains("seen      40 flows in 0.7 minutes", told, StringComparison.Ordinal);
        Assert.Contains("chosen    10 of them (25.0 %)", told, StringComparison.Ordinal);
        Assert.Contains("filter nobody: 0, none yet", told, StringComparison.Ordinal);
        Assert.Contains("rows/day  22,154", told, StringComparison.Ordinal); // 10 in 39 s

        await File.WriteAllTextAsync(file, "kind: ContainerNetworkLog\nspec: {includefilters: [{verdict: [lost]}]}\n", TestContext.Current.CancellationToken);
        (code, told) = await RunAsync(LogsCommand.Create(), "logs", "estimate", "-f", file, "--from", log);
        Assert.Equal(CommandRun.Misused, code);
        Assert.Contains("spec.includefilters[0].verdict[0]: 'lost' is unknown", told, StringComparison.Ordinal);
    }

    private static IEnumerable<Flow> Some(DateTimeOffset? from = null)
    {
        for (var i = 0; i < 40; i++)
        {
            var flow = i % 4 == 0 ? Flows.Drop() : Flows.Forwarded(3000 + i);
            if (i % 4 == 1) (flow.Kind, flow.Protocol, flow.TcpFlags, flow.Dns) = (FlowKind.L7, IpProtocol.Udp, TcpFlags.None, Flows.Dns(isResponse: true));
            if (i % 4 == 2) (flow.Kind, flow.Http) = (FlowKind.L7, Flows.Http(isResponse: true));
            flow.TimeNanoseconds = (((from ?? _from).UtcTicks - DateTime.UnixEpoch.Ticks) * 100) + (i * 1_000_000_000L);
            flow.Sequence = 100 + i;
            yield return flow;
        }
    }

    private string Save(IEnumerable<Flow> flows)
    {
        using var writer = new ExportWriter();
        var text = new StringBuilder();
        foreach (var flow in flows) text.Append(Encoding.UTF8.GetString(writer.Write(flow).Span));
        var path = Path.Combine(_folder, "events.log");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static long Rows(HubScene scene)
    {
        using var held = scene.Hub.Store.Hold();
        return held.Manifest.Segments.Sum(s => s.Rows);
    }

    private static string Text(QueryEngine engine, string query)
    {
        var answer = engine.Run(query, TestContext.Current.CancellationToken);
        Assert.Empty(answer.Problems);
        return string.Join('\n', answer.Tables[0].Rows.Select(r => string.Join(" | ", r)));
    }

    private static async Task<(int ExitCode, string Told)> RunAsync(Command command, params string[] arguments)
    {
        using var told = new StringWriter();
        var code = await CommandRun.RunAsync(new RootCommand { command }, arguments, new InvocationConfiguration { Output = told, Error = told, EnableDefaultExceptionHandler = false });
        return (code, told.ToString());
    }
}
