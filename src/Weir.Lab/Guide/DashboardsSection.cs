using Weir.Lab.Guide.Dashboards;

namespace Weir.Lab.Guide;

/// <summary>The lab's section on dashboards: what they show of the chaos policy, asked as their panels ask.</summary>
public static class DashboardsSection
{
    private const string Front = "pets/store-front-.+";

    /// <summary>The steps, in the lab's order; they follow those of <see cref="RequestSection"/>, whose policies are still in force.</summary>
    public static IReadOnlyList<LabStep> Steps() =>
    [
        Ask("dashboards-drops", "Dashboards: what is dropped on the way into store-front has the reason policy_denied",
            new MetricQuestion("hubble_drop_total", "reason", Of("destination", Front)),
            "policy_denied and how many packets",
            sums => sums.Any(s => s is { Key: "POLICY_DENIED", Value: > 0 }),
            (hands, cancellation) => hands.FetchFromOutsideAsync("store-front", cancellation)),
        Ask("dashboards-dns", "Dashboards: names that no rule lets store-front look up are DNS errors",
            new MetricQuestion("hubble_dns_queries_total", "rcode", Of("source", Front)),
            "policy denied and how many questions",
            sums => sums.Any(s => s is { Key: "Policy denied", Value: > 0 }),
            (hands, cancellation) => hands.ExecAsync("store-front", "nslookup api.github.com", cancellation)),
        Ask("dashboards-pod-flows", "Dashboards: the flows of the shop's pods, by verdict",
            new MetricQuestion("hubble_flows_processed_total", "verdict", Of("source", "pets/.+")),
            "forwarded and dropped, each with its count",
            sums => sums.Any(s => s is { Key: "FORWARDED", Value: > 0 }) && sums.Any(s => s is { Key: "DROPPED", Value: > 0 }),
            before: null),
        Ask("dashboards-requests", "Dashboards: requests of store-front by status, the refused POST among them",
            new MetricQuestion("hubble_http_requests_total", "status", Of("source", Front), Of("reporter", "client")),
            "200 and 403, each with its count",
            sums => sums.Any(s => s is { Key: "200", Value: > 0 }) && sums.Any(s => s is { Key: "403", Value: > 0 }),
            before: null),
    ];

    private static KeyValuePair<string, string> Of(string label, string values) => new(label, values);

    private static LabStep Ask(
        string id, string title, MetricQuestion question, string expected, Func<IReadOnlyList<KeyValuePair<string, double>>, bool> holds,
        Func<LabHands, CancellationToken, Task<CommandResult>>? before) => new()
        {
            Id = id,
            Title = title,
            Command = $"curl -s http://PROMETHEUS/api/v1/query --data-urlencode 'query={question.Promql}'",
            Expected = expected,
            RunAsync = async (hands, cancellation) =>
            {
                if (before is not null) await before(hands, cancellation);
                return await hands.Dashboards.AskAsync(question, holds, cancellation);
            },
            Holds = seen => seen.ExitCode == 0,
        };
}
