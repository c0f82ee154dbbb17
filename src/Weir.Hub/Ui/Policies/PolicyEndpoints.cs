using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.Cluster.Objects;
using Weir.Hub.Server;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Session;
using Weir.Policy.Lint;

namespace Weir.Hub.Ui.Policies;

/// <summary><c>/ui/api/policies</c> and <c>/ui/api/revisions</c>: which policies there are, what each does, and how that changed.</summary>
/// <param name="gate">The way in.</param>
/// <param name="book">The policies of now.</param>
/// <param name="log">How they changed.</param>
/// <param name="search">Finds the flows that they decided.</param>
/// <param name="time">The clock.</param>
internal sealed class PolicyEndpoints(UiGate gate, PolicyBook book, RevisionLog log, FlowSearch search, TimeProvider time)
{
    // Hits are counted over what the rings still hold, and not further back than this.
    private static readonly TimeSpan _counted = TimeSpan.FromMinutes(30);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        gate.Get(routes, "/ui/api/policies", ListAsync);
        gate.Get(routes, "/ui/api/policies/{kind}/{ns}/{name}", OneAsync);
        gate.Get(routes, "/ui/api/revisions", RevisionsAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        var world = book.Now;
        var hits = await HitsAsync(context);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var key in Keys(world))
            {
                json.WriteStartObject();
                WriteHead(json, world, key, hits);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private async Task OneAsync(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var (kind, ns, name) = ((string)values["kind"]!, (string)values["ns"]!, (string)values["name"]!);
        var key = new PolicyKey(kind, new ObjectName(ns == "-" ? "" : ns, name));
        var world = book.Now;
        var revisions = log.All.Where(r => r.Key == key).ToList();
        if (!Keys(world).Contains(key) && revisions.Count == 0) throw UiProblem.NotFound($"There is no {kind} {ns}/{name}, and the hub saw none.");
        var hits = await HitsAsync(context);
        using var rows = new RowBuffer();
        var json = rows.Json;
        json.WriteStartObject();
        WriteHead(json, world, key, hits);
        var yaml = world.Texts.GetValueOrDefault(key) ?? revisions.LastOrDefault(r => r.Yaml is not null)?.Yaml ?? "";
        json.WriteString("yaml", yaml);
        WriteLines(json, world, key, yaml, hits);
        json.WriteStartArray("pods");
        foreach (var pod in world.Selected(key)) json.WriteStringValue($"{pod.Namespace}/{pod.Name}");
        json.WriteEndArray();
        json.WriteStartArray("revisions");
        foreach (var revision in Enumerable.Reverse(revisions))
        {
            json.WriteStartObject();
            revision.WriteChange(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(rows.Line(), context.RequestAborted);
    }

    private Task RevisionsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (from, until) = (FlowTime.Read("from", query["from"]) ?? DateTimeOffset.MinValue, FlowTime.Read("to", query["to"]) ?? DateTimeOffset.MaxValue);
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (var revision in log.All.Where(r => r.Change != "present" && r.Time >= from && r.Time <= until))
            {
                json.WriteStartObject();
                json.WriteString("time", revision.Time.UtcDateTime);
                json.WriteString("kind", revision.Key.Kind);
                json.WriteString("namespace", revision.Key.Name.Namespace);
                json.WriteString("name", revision.Key.Name.Name);
                json.WriteString("change", revision.Change);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private Task<RuleHits> HitsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var until = FlowTime.Read("to", query["to"]) ?? time.GetUtcNow();
        return RuleHits.OfAsync(search, FlowTime.Read("from", query["from"]) ?? until - _counted, until, context.RequestAborted);
    }

    private static IEnumerable<PolicyKey> Keys(PolicyWorld world) =>
        world.State.Policies.Keys.Union(world.State.PolicyFaults.Keys).OrderBy(PolicyWorld.IdOf, StringComparer.Ordinal);

    private static void WriteHead(Utf8JsonWriter json, PolicyWorld world, PolicyKey key, RuleHits hits)
    {
        var own = hits.Of(key);
        json.WriteString("id", PolicyWorld.IdOf(key));
        json.WriteString("kind", key.Kind);
        json.WriteString("namespace", key.Name.Namespace);
        json.WriteString("name", key.Name.Name);
        json.WriteNumber("selects", world.Selected(key).Count());
        json.WriteNumber("hits", own.Sum(h => h.Count));
        json.WriteNumber("denied", own.Where(h => !h.Rule.Allows).Sum(h => h.Count));
        if (own.Count > 0) FlowTime.Write(json, "lastHit"u8, own.Max(h => h.Last));
        json.WriteStartArray("findings");
        foreach (var finding in world.Findings.Where(f => f.File == PolicyWorld.IdOf(key))) WriteFinding(json, finding);
        json.WriteEndArray();
        var fault = world.State.PolicyFaults.GetValueOrDefault(key);
        json.WriteBoolean("valid", fault is null);
        if (fault is not null) json.WriteString("message", $"{string.Join(" ", fault.Problems)} {(fault.HasOlder ? "The version before it stays in force." : "It has no effect.")}");
    }

    /// <summary>Writes what a check says.</summary>
    public static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("severity", finding.Severity switch { FindingSeverity.Error => "error", FindingSeverity.Warning => "warning", _ => "note" });
        json.WriteString("code", finding.Code);
        if (finding.Path.Length > 0) json.WriteString("rule", finding.Path);
        if (finding.Line > 0) json.WriteNumber("line", finding.Line);
        json.WriteString("message", finding.Message);
        json.WriteString("mend", finding.Mend);
        json.WriteEndObject();
    }

    // Every rule of the policy, also those that decided nothing: an unused rule is news.
    private static void WriteLines(Utf8JsonWriter json, PolicyWorld world, PolicyKey key, string yaml, RuleHits hits)
    {
        var own = hits.Of(key);
        json.WriteStartArray("lines");
        foreach (var rule in (world.Find(key)?.Rules ?? []).SelectMany(r => (r.Ingress ?? []).Concat(r.IngressDeny ?? []).Concat(r.Egress ?? []).Concat(r.EgressDeny ?? [])))
        {
            var hit = own.Where(h => h.Rule.Index == rule.Origin.Index && System.Text.Encoding.UTF8.GetString(h.Rule.Field) == rule.Origin.Field).ToList();
            WriteLine(json, PolicyYaml.LineOf(yaml, rule.Origin.Field, rule.Origin.Index), $"{rule.Origin.Field}[{rule.Origin.Index}]", rule.Origin.Field.Contains("ngress", StringComparison.Ordinal) && !rule.Origin.Field.Contains("egress", StringComparison.Ordinal) ? "ingress" : "egress", hit);
        }

        foreach (var byDefault in own.Where(h => h.Rule.Index < 0).GroupBy(h => h.Rule.IsEgress))
            WriteLine(json, 0, "default deny", byDefault.Key ? "egress" : "ingress", [.. byDefault]);
        json.WriteEndArray();
    }

    private static void WriteLine(Utf8JsonWriter json, int line, string rule, string direction, List<RuleHits.Hit> hits)
    {
        json.WriteStartObject();
        json.WriteNumber("line", line);
        json.WriteString("rule", rule);
        json.WriteString("direction", direction);
        json.WriteNumber("hits", hits.Sum(h => h.Count));
        if (hits.Count > 0)
        {
            var last = hits.MaxBy(h => h.Last)!;
            json.WritePropertyName("lastFlow");
            FlowRowWriter.Write(json, FlowView.Of(last.Flow.AsSpan(0, last.Length)));
        }

        json.WriteEndObject();
    }
}
