using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.Cluster.Objects;
using Weir.Hub.Server;
using Weir.Hub.Ui.Filters;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Policies;
using Weir.Hub.Ui.Session;
using Weir.Observe.Printing;
using Weir.Observe.Wire.Observers;
using Weir.Policy.Explain;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Details;

/// <summary><c>/ui/api/flows/{id}</c>: all that can be said about one flow; <c>/ui/api/flows/policy-test</c>: many of them as a test.</summary>
/// <param name="gate">The way in.</param>
/// <param name="search">Finds it, and those around it.</param>
/// <param name="policies">The policies of now.</param>
/// <param name="time">The clock.</param>
internal sealed class DetailEndpoint(UiGate gate, FlowSearch search, PolicyBook policies, TimeProvider time)
{
    private const int MostRelated = 40;
    private static readonly TimeSpan _around = TimeSpan.FromMinutes(5);

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.Get(routes, "/ui/api/flows/{id:guid}", AnswerAsync);
        gate.Get(routes, "/ui/api/flows/policy-test", TestAsync);
    }

    // With the policies of now in it, so that it runs as it is: what was seen is what a later change of them has to keep.
    private async Task TestAsync(HttpContext context)
    {
        var scope = UiScope.Read(context.Request.Query, time.GetUtcNow());
        var seen = new SeenTraffic();
        var isPartial = await search.EveryAsync(scope, seen.Add, context.RequestAborted);
        var tests = seen.All;
        if (tests.Count == 0) throw UiProblem.NotFound("No flow of this view tells what policy decided, so there is nothing to test; choose a longer time or fewer filters.");
        var world = policies.TryNow();
        var ends = tests.SelectMany(t => (Msg.Endpoint?[])[t.Flow.Source, t.Flow.Destination]).Where(e => e is { PodName.Length: > 0 }).Select(e => (e!.Namespace, e.Workloads.Count > 0 ? e.Workloads[0].Name : e.PodName)).ToHashSet();
        var texts = world is null ? [] : world.Texts.Where(t => world.Selected(t.Key).Any(p => ends.Contains((p.Namespace, p.Workload)))).Select(t => t.Value).ToList();
        var isCut = isPartial || seen.HasMore;
        var text = PolicyTestText.Of(tests, texts, string.Create(
            CultureInfo.InvariantCulture, $"Seen from {scope.From.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} to {scope.Until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}{(isCut ? $"; there was more than the {tests.Count} below" : "")}. Run: weir policy test FILE"));
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("policyTest", text);
            json.WriteNumber("tests", tests.Count);
            json.WriteBoolean("more", isCut);
            json.WriteEndObject();
        });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var id = Guid.Parse((string)context.Request.RouteValues["id"]!);
        var bytes = await search.FindAsync(id, context.RequestAborted)
            ?? throw UiProblem.NotFound("This flow is neither in the nodes' rings any more nor in the store. Rings keep the newest flows; which of them the store keeps is said by ContainerNetworkLog.");
        var flow = GetFlowsResponse.Parser.ParseFrom(bytes).Flow;
        using var rows = new RowBuffer();
        var json = rows.Json;
        json.WriteStartObject();
        json.WritePropertyName("flow");
        FlowRowWriter.Write(json, FlowView.Of(bytes));
        json.WritePropertyName("raw");
        json.WriteRawValue(HubbleJson.Of(flow));
        json.WriteString("sentence", FlowSentence.Of(flow));
        WriteWay(rows, flow);
        WriteRule(rows, flow);
        json.WriteStartArray("related");
        await WriteRelatedAsync(rows, id, flow, context.RequestAborted);
        json.WriteEndArray();
        json.WriteStartObject("copy");
        json.WriteString("hubble", FlowCopies.Hubble(flow));
        json.WriteString("kql", FlowCopies.Kql(flow));
        json.WriteString("policyTest", FlowCopies.PolicyTest(flow));
        json.WriteEndObject();
        json.WriteEndObject();
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(rows.Line(), context.RequestAborted);
    }

    private void WriteWay(RowBuffer rows, Msg.Flow flow)
    {
        var pods = policies.TryNow()?.State.Pods;
        rows.Json.WriteStartArray("way");
        foreach (var stop in FlowWay.Of(flow, (ns, pod) => pods?.GetValueOrDefault(new ObjectName(ns, pod))?.NodeName))
        {
            rows.Json.WriteStartObject();
            rows.Json.WriteString("stop", stop.Stop);
            rows.Json.WriteString("state", stop.State);
            rows.Json.WriteString("detail", stop.Detail);
            rows.Json.WriteEndObject();
        }

        rows.Json.WriteEndArray();
    }

    private void WriteRule(RowBuffer rows, Msg.Flow flow)
    {
        if (policies.TryNow() is not { } world) return;
        var (rules, _, _) = FlowSentence.Deciding(flow);
        if (rules.Count > 0)
        {
            var rule = rules[0];
            var (field, index) = FlowSentence.PlaceOf(rule);
            rows.Json.WriteStartObject("rule");
            rows.Json.WriteString("kind", rule.Kind);
            rows.Json.WriteString("namespace", rule.Namespace);
            rows.Json.WriteString("name", rule.Name);
            if (world.Texts.TryGetValue(new PolicyKey(rule.Kind, new ObjectName(rule.Namespace, rule.Name)), out var yaml))
            {
                rows.Json.WriteString("yaml", yaml);
                rows.Json.WriteNumber("line", index < 0 ? 0 : PolicyYaml.LineOf(yaml, field, index));
            }
            else
            {
                rows.Json.WriteString("yaml", "# This policy is no longer in the cluster.\n");
                rows.Json.WriteNumber("line", 0);
            }

            rows.Json.WriteEndObject();
        }

        if (flow.Verdict == Msg.Verdict.Dropped && FlowQuestion.Explain(world, flow) is { } explanation) WriteNearest(rows, explanation);
    }

    /// <summary>Writes the rule that comes nearest to allowing a flow, and what would.</summary>
    private static void WriteNearest(RowBuffer rows, Explanation explanation)
    {
        var miss = explanation.Egress.Stops ? explanation.Egress.Nearest : explanation.Ingress.Nearest;
        if (miss is null && explanation.Patch is null) return;
        rows.Json.WriteStartObject("nearest");
        if (miss is not null)
        {
            var (ns, name, rule) = Split(miss.Rule);
            rows.Json.WriteString("kind", "");
            rows.Json.WriteString("namespace", ns);
            rows.Json.WriteString("name", name);
            rows.Json.WriteString("rule", rule);
            rows.Json.WriteString("field", miss.Field);
            rows.Json.WriteString("missed", string.Join("; ", miss.Reasons));
        }

        if (explanation.Patch is { } patch)
        {
            if (patch.Yaml.Length > 0) rows.Json.WriteString("mend", patch.Yaml);
            rows.Json.WriteStartArray("alsoAdmits");
            foreach (var other in patch.AlsoAdmits) rows.Json.WriteStringValue(other);
            rows.Json.WriteEndArray();
            if (patch.Note is { } note) rows.Json.WriteString("note", note);
        }

        rows.Json.WriteEndObject();
    }

    // A rule is named "namespace/policy egress[0]".
    private static (string Namespace, string Name, string Rule) Split(string text)
    {
        var space = text.LastIndexOf(' ');
        var policy = space < 0 ? text : text[..space];
        var slash = policy.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 ? "" : policy[..slash], policy[(slash + 1)..], space < 0 ? "" : text[(space + 1)..]);
    }

    private async Task WriteRelatedAsync(RowBuffer rows, Guid id, Msg.Flow flow, CancellationToken cancellation)
    {
        var time = new DateTimeOffset(FlowTime.Of((flow.Time.Seconds * 1_000_000_000) + flow.Time.Nanos));
        var text = flow.L7?.Dns is { } dns && dns.Query.TrimEnd('.') is { Length: > 0 } name && !name.Contains('"', StringComparison.Ordinal)
            ? $"dns=\"{name}\""
            : Connection(flow);
        if (text.Length == 0) return;
        var scope = new UiScope(FlowFilters.Of(text, []), [], time - _around, time + _around, HasFrom: true, ShowsSystem: true);
        var own = id.ToString();
        await search.NewestAsync(
            scope, MostRelated,
            (in FlowView other, ReadOnlySpan<byte> _) =>
            {
                if (!System.Text.Ascii.Equals(other.Id, own)) FlowRowWriter.Write(rows.Json, other);
                return true;
            },
            cancellation);
    }

    // The same connection, in either direction.
    private static string Connection(Msg.Flow flow)
    {
        var (source, destination) = flow.L4 switch
        {
            { TCP: { } tcp } => (tcp.SourcePort, tcp.DestinationPort),
            { UDP: { } udp } => (udp.SourcePort, udp.DestinationPort),
            { SCTP: { } sctp } => (sctp.SourcePort, sctp.DestinationPort),
            _ => (0u, 0u),
        };
        if (flow.IP is null) return "";
        var ports = source == 0 ? "" : System.FormattableString.Invariant($" port={source} port={destination}");
        return $"ip={flow.IP.Source} ip={flow.IP.Destination}{ports}";
    }
}
