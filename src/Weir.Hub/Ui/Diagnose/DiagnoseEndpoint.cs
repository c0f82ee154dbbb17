using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.Hub.Server;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Policies;
using Weir.Hub.Ui.Session;
using Weir.Hub.Ui.State;

namespace Weir.Hub.Ui.Diagnose;

/// <summary><c>/ui/api/diagnose</c>: is something broken, what, why, and what mends it.</summary>
/// <param name="gate">The way in.</param>
/// <param name="search">Finds the flows.</param>
/// <param name="pulse">How the nodes are.</param>
/// <param name="policies">The policies of now.</param>
/// <param name="cluster">What the cluster is made of.</param>
/// <param name="time">The clock.</param>
internal sealed class DiagnoseEndpoint(UiGate gate, FlowSearch search, ClusterPulse pulse, PolicyBook policies, ClusterView cluster, TimeProvider time)
{
    private const int MostKinds = 2_000;
    private const int MostShown = 12;

    /// <summary>Below this share of flows that were seen, silence proves nothing.</summary>
    private const double EnoughSeen = 0.9;

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => gate.Get(routes, "/ui/api/diagnose", AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var scope = UiScope.Read(context.Request.Query, time.GetUtcNow());
        var all = new Dictionary<(TroubleKind, string), Trouble>();
        var flows = 0L;
        var isPartial = await search.EveryAsync(
            scope,
            (in FlowView flow, ReadOnlySpan<byte> response) =>
            {
                flows += flow.Count;
                if (Trouble.Of(flow, response, cluster.ServiceAt) is not { } trouble) return true;
                if (!all.TryGetValue((trouble.Kind, trouble.Text), out var known))
                {
                    if (all.Count >= MostKinds) return true;
                    all[(trouble.Kind, trouble.Text)] = known = trouble;
                }

                known.Count += flow.Count;
                return true;
            },
            context.RequestAborted);

        // What policy refuses comes before what servers answer: it is the cause more often than not. A name that does not exist is mostly a search suffix.
        var found = all.Values.OrderBy(t => t.Kind).ThenByDescending(t => t.Count).ToList();
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, found, flows, isPartial));
    }

    private void Write(Utf8JsonWriter json, List<Trouble> found, long flows, bool isPartial)
    {
        var silent = pulse.Nodes.Where(n => !n.IsConnected).ToList();
        var coverage = pulse.Coverage;
        var isBlind = silent.Count > 0 || coverage.Share < EnoughSeen;
        var grave = found.Where(t => t.Kind != TroubleKind.NameError).ToList();
        json.WriteStartObject();
        json.WriteString("status", grave.Count > 0 ? "problem" : isBlind ? "blind" : "ok");
        json.WriteString("headline", grave.Count > 0 ? Headline(grave) : isBlind ? Blind(silent, coverage) : flows == 0 ? "No flows were seen in this time." : $"Nothing was dropped, refused or answered with an error among {flows} flows.");
        if (grave.Count > 0) json.WriteString("cause", Details.FlowSentence.Of(grave[0].Sample));
        json.WriteStartArray("evidence");
        foreach (var trouble in found.Take(MostShown)) Evidence(json, trouble.Text, trouble.Count, trouble.Filter);
        if (coverage.Lost > 0) Evidence(json, $"{coverage.Lost} events were lost in the last five minutes: {string.Join(", ", coverage.LostBy.Select(l => $"{l.Count} in {l.Source} of {l.Node}"))}", coverage.Lost, null);
        foreach (var node in silent) Evidence(json, $"Node {node.Name} does not answer: {node.Message}", 1, $"node={node.Name}");
        json.WriteEndArray();
        if (grave.Count > 0) Mend(json, grave[0]);
        if (isPartial) json.WriteBoolean("partial", true);
        json.WriteString("checkedAt", time.GetUtcNow().UtcDateTime);
        json.WriteEndObject();
    }

    private void Mend(Utf8JsonWriter json, Trouble trouble)
    {
        if (policies.TryNow() is not { } world || trouble.Kind > TroubleKind.RefusedRequest || FlowQuestion.Explain(world, trouble.Sample) is not { } explanation) return;
        json.WriteStartObject("mend");
        if (explanation.Patch is not { } patch)
        {
            json.WriteString("text", "The policies of now allow this: it was mended, or another policy was in force then.");
        }
        else
        {
            var besides = patch.AlsoAdmits.Count == 0 ? "" : $" It would also admit {string.Join("; ", patch.AlsoAdmits)}.";
            json.WriteString("text", patch.Yaml.Length > 0 ? $"This policy would allow it, if that is what is wanted.{besides}{(patch.Note is { } note ? " " + note : "")}" : patch.Note ?? "");
            if (patch.Yaml.Length > 0) json.WriteString("yaml", patch.Yaml);
        }

        json.WriteEndObject();
    }

    private static string Headline(List<Trouble> found) =>
        $"{found[0].Text}, {found[0].Count} time{(found[0].Count == 1 ? "" : "s")}{(found.Count > 1 ? $"; {found.Count - 1} more" : "")}.";

    private static string Blind(List<NodePulse> silent, Coverage coverage) => silent.Count > 0
        ? $"Nothing was seen to fail, but {string.Join(" and ", silent.Select(n => n.Name))} cannot be seen."
        : $"Nothing was seen to fail, but only {coverage.Share:P1} of the events were seen.";

    private static void Evidence(Utf8JsonWriter json, string text, long count, string? filter)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteNumber("count", count);
        json.WriteStartObject("link");
        json.WriteString("page", "flows");
        if (filter is not null) json.WriteString("q", filter);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
