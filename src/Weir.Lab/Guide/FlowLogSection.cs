using Weir.Cluster.Objects;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Shown;
using Weir.Observe.Wire.Flows;
using static Weir.Lab.Guide.StepForms;

namespace Weir.Lab.Guide;

/// <summary>The lab's sections on flow logs: choose flows, break the shop in two ways, and find both by asking.</summary>
public static class FlowLogSection
{
    private const string Path = "/apis/acn.azure.com/v1alpha1/containernetworklogs/testcnl";
    private const string FrontPod = "store-front-";

    // Rows can be asked for within 2 s, and the resource is taken up within 30.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    /// <summary>The steps, in the lab's order; they follow those of <see cref="FqdnSection"/>.</summary>
    /// <param name="log">The text of samples/lab/flow-logs.yaml.</param>
    /// <param name="outage">The text of samples/lab/shop-outage.yaml.</param>
    /// <param name="query">The text of a query by its number, 0 to 6.</param>
    public static IReadOnlyList<LabStep> Steps(string log, string outage, Func<int, string> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return
        [
            Apply("apply-flow-log", "A ContainerNetworkLog chooses the flows that are kept: those of the shop's pods", "flow-logs.yaml", log),
            Described(),
            Apply("apply-outage", "Two policies with a mistake each: one lets nobody into store-front, one opens a site but not its name", "shop-outage.yaml", outage),
            Outside(),
            .. Traffic(),
            Ask(0, query, "What a flow is: one row, every column", "one row with its columns", table => table.Rows.Count == 1),
            Ask(1, query, "What is being blocked: two different problems, into store-front and out of it", "INGRESS and EGRESS rows of store-front",
                table => Any(table, ("TrafficDirection", "INGRESS"), ("DestinationPodName", FrontPod)) && Any(table, ("TrafficDirection", "EGRESS"), ("SourcePodName", FrontPod))),
            Ask(2, query, "Who is blocked on the way in: the outside client, on the shop's port", "rows from 203.0.113.45",
                table => Any(table, ("SrcIP", "203.0.113."), ("Verdict", "DROPPED")) && table.Rows.All(r => Cell(table, r, "DstPort") == "8080")),
            Ask(3, query, "Which part of the way out fails: some name lookups pass, others are refused", "DROPPED and FORWARDED",
                table => Any(table, ("Verdict", "DROPPED")) && Any(table, ("Verdict", "FORWARDED"))),
            Ask(4, query, "Lookups beside connections: where the name was answered, HTTPS followed; where it was refused, nothing was tried", "53 refused, 53 and 443 forwarded",
                table => Any(table, ("DstPort", "53"), ("Verdict", "DROPPED")) && Any(table, ("DstPort", "443"), ("Verdict", "FORWARDED")) && !Any(table, ("DstPort", "443"), ("Verdict", "DROPPED"))),
            Ask(5, query, "When it began: drops over time, beside what passed", "a chart with dropped flows in both directions",
                table => table.Render?.Chart == "timechart" && Any(table, ("TrafficDirection", "INGRESS"), ("Dropped", null)) && Any(table, ("TrafficDirection", "EGRESS"), ("Dropped", null))),
            Ask(6, query, "The diagnosis: store-front is cut off from outside, and some of its lookups fail", "a DropRate of 75 to 100 into store-front, some to the DNS pods",
                table => table.Rows.Any(r => IsOutage(table, r)) && table.Rows.Any(r => IsLookups(table, r))),
        ];
    }

    // What was open when the policy came still says goodbye.
    private static bool IsOutage(QueryTable table, object?[] row) =>
        Cell(table, row, "TrafficDirection") == "INGRESS" && Cell(table, row, "SourcePodName").Length == 0 && Cell(table, row, "DestinationPodName").StartsWith(FrontPod, StringComparison.Ordinal)
        && double.Parse(Cell(table, row, "DropRate"), CultureInfo.InvariantCulture) >= 75;

    private static bool IsLookups(QueryTable table, object?[] row) =>
        Cell(table, row, "TrafficDirection") == "EGRESS" && Cell(table, row, "SourcePodName").StartsWith(FrontPod, StringComparison.Ordinal)
        && Cell(table, row, "DestinationPodName").StartsWith("coredns-", StringComparison.Ordinal) && Cell(table, row, "DroppedFlows") != "0" && Cell(table, row, "ForwardedFlows") != "0";

    private static LabStep Described() => new()
    {
        Id = "describe-flow-log",
        Title = "The ContainerNetworkLog is in force, and its status tells which prefix matches no pod",
        Command = "kubectl describe containernetworklog testcnl",
        Expected = "State: CONFIGURED",
        RunAsync = async (hands, cancellation) =>
        {
            var end = hands.Time.GetUtcNow() + _patience;
            while (true)
            {
                var log = await hands.GetAsync(Path, cancellation);
                if (log.Text("status", "state") == "CONFIGURED" || hands.Time.GetUtcNow() > end)
                    return new CommandResult($"Name:     testcnl\nStatus:\n  Message:  {log.Text("status", "message")}\n  State:    {log.Text("status", "state")}", 0);
                await Task.Delay(_pause, hands.Time, cancellation);
            }
        },
        Holds = seen => seen.Output.EndsWith("CONFIGURED", StringComparison.Ordinal),
    };

    private static LabStep Outside() => new()
    {
        Id = "outage-outside",
        Title = "The shop is gone for everybody outside, who try again and again",
        Command = "for i in 1 2 3 4; do curl -s -m 2 http://$(kubectl get svc -n pets store-front -o jsonpath='{.status.loadBalancer.ingress[0].ip}') || echo 'Connection failed'; done",
        Expected = "Connection failed",
        RunAsync = async (hands, cancellation) =>
        {
            var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => hands.FetchFromOutsideAsync("store-front", cancellation)));
            return new CommandResult(string.Join('\n', tries.Select(t => t.Output).Distinct()), tries.Max(t => t.ExitCode));
        },
        Holds = seen => seen.Output == "Connection failed",
        Proof = new FlowProof(new FlowFilter { DestinationPod = { "pets/store-front-" }, DestinationPort = { "8080" }, Verdict = { Verdict.Dropped } }, _ => true),
    };

    private static IEnumerable<LabStep> Traffic() =>
    [
        InPod("outage-microsoft", "store-front still reaches www.microsoft.com: both the name and the site are allowed",
            "store-front", "nc -zv -w2 www.microsoft.com 443", "www.microsoft.com (23.192.18.101:443) open",
            seen => seen.ExitCode == 0 && seen.Output.EndsWith(":443) open", StringComparison.Ordinal),
            Forwarded(new FlowFilter { SourcePod = { "pets/store-front-" }, DestinationPort = { "443" } })),
        InPod("outage-github", "but not api.github.com, though the policy lists it: its lookup is refused",
            "store-front", "nc -zv -w2 api.github.com 443", "nc: bad address 'api.github.com'\ncommand terminated with exit code 1",
            seen => seen is { ExitCode: 1, Output: "nc: bad address 'api.github.com'" }, Refused("api.github.com")),
        InPod("outage-bing", "nor www.bing.com",
            "store-front", "nc -zv -w2 www.bing.com 443", "nc: bad address 'www.bing.com'\ncommand terminated with exit code 1",
            seen => seen is { ExitCode: 1, Output: "nc: bad address 'www.bing.com'" }, Refused("www.bing.com")),
        InPod("outage-order-service", "and inside the cluster all is well: order-service is open",
            "store-front", "nc -zv -w2 order-service 3000", "order-service (10.0.x.x:3000) open",
            seen => seen.ExitCode == 0 && seen.Output.EndsWith(":3000) open", StringComparison.Ordinal),
            Forwarded(new FlowFilter { SourcePod = { "pets/store-front-" }, DestinationPod = { "pets/order-service-" }, DestinationPort = { "3000" } })),
    ];

    private static FlowProof Refused(string name) => new(
        new FlowFilter { SourcePod = { "pets/store-front-" }, DnsQuery = { $"^{name.Replace(".", @"\.", StringComparison.Ordinal)}" }, Verdict = { Verdict.Dropped } },
        flow => flow.L7?.Dns is not null);

    private static LabStep Ask(int number, Func<int, string> query, string title, string expected, Func<QueryTable, bool> holds)
    {
        var text = query(number);
        var found = false;
        return new LabStep
        {
            Id = $"query-{number}",
            Title = $"Query {number}: {title}",
            Command = $"weir query --server lab '{text.TrimEnd()}'",
            Expected = expected,
            RunAsync = async (hands, cancellation) =>
            {
                var end = hands.Time.GetUtcNow() + _patience;
                while (true)
                {
                    var answer = await hands.AskAsync(text, cancellation);
                    if (answer.Problems.Length > 0) return new CommandResult(string.Join('\n', answer.Problems.Select(p => $"{p.Code}: {p.Message}")), 1);
                    var table = answer.Tables[0];
                    found = holds(table);
                    if (found || hands.Time.GetUtcNow() > end) return new CommandResult(string.Join('\n', ChartText.Lines(table) ?? TableText.Lines(table)), 0);
                    await Task.Delay(_pause, hands.Time, cancellation);
                }
            },
            Holds = _ => found,
        };
    }

    // Whether a row has all of these: a text that a cell begins with, or any number but 0.
    private static bool Any(QueryTable table, params (string Column, string? Start)[] cells) => table.Rows.Any(row => cells.All(c =>
        Cell(table, row, c.Column) is var text && (c.Start is null ? text != "0" : text.StartsWith(c.Start, StringComparison.Ordinal))));

    private static string Cell(QueryTable table, object?[] row, string column)
    {
        var at = Array.FindIndex([.. table.Columns], c => c.Name == column);
        return at < 0 ? "" : CellJson.Text(row[at], table.Columns[at].Type);
    }
}
