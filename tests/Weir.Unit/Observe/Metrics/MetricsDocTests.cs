using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Agent;
using Weir.Agent.Metrics;
using Weir.Datapath.Model;
using Weir.FlowLog.Store;
using Weir.Hub.Metrics;
using Weir.Observe.Metrics;
using Weir.Unit.Architecture;
using Xunit;

namespace Weir.Unit.Observe.Metrics;

/// <summary>docs/metrics.md says what there is, and all of it.</summary>
public sealed partial class MetricsDocTests
{
    [Fact]
    public async Task Every_family_of_agent_and_hub_is_in_the_document_with_its_type_and_no_other()
    {
        using var datapath = new ModelDatapath(new ModelDatapathOptions());
        var agent = new NodeMetrics(new AgentOptions { NodeName = "node1", Api = "unix:none", RunFolder = "none", Bpffs = "none" }, datapath, TimeProvider.System);
        using var page = new MemoryStream();
        await MetricsPage.WriteAsync(agent.Registry, page, openMetrics: false, TestContext.Current.CancellationToken);

        var folder = Directory.CreateTempSubdirectory("weir-doc-");
        await using (var store = FlowStore.Open(new StoreOptions { Folder = folder.FullName }, TimeProvider.System, NullLogger<FlowStore>.Instance))
        using (var hub = new HubMetrics([], store, TimeProvider.System))
        {
            await hub.WriteOwnAsync(page, openMetrics: false, TestContext.Current.CancellationToken);
        }

        folder.Delete(recursive: true);
        var there = Heads().Matches(Encoding.UTF8.GetString(page.ToArray())).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}")
            .Where(f => !f.StartsWith("process_", StringComparison.Ordinal) && !f.StartsWith("dotnet_", StringComparison.Ordinal));
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/metrics.md"), TestContext.Current.CancellationToken);

        Assert.Equal(Rows().Matches(document).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}").Order(), there.Distinct().Order());
    }

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)", RegexOptions.Multiline)]
    private static partial Regex Heads();

    [GeneratedRegex(@"^\| `([a-z0-9_]+)` \| (counter|gauge|histogram) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
