using System.Text.Json;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.State;

namespace Weir.Hub.Ui.Map;

/// <summary>Writes a map as JSON.</summary>
internal static class MapWriter
{
    private const int MostPorts = 8;
    private const int MostRequests = 12;

    /// <summary>Writes it as an object.</summary>
    public static void Write(Utf8JsonWriter json, MapGraph graph, Coverage coverage, bool isPartial)
    {
        var edges = graph.Edges.ToList();
        var seconds = Math.Max(0.001, (graph.Until - graph.From) / 1e9);
        json.WriteStartObject();
        FlowTime.Write(json, "from"u8, graph.From);
        FlowTime.Write(json, "to"u8, graph.Until);
        json.WriteStartArray("nodes");
        foreach (var node in edges.SelectMany(e => (MapNode[])[e.From, e.To]).Distinct().OrderBy(n => n.Id, StringComparer.Ordinal)) WriteNode(json, graph, node, edges, seconds);
        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (var edge in edges.OrderBy(IdOf, StringComparer.Ordinal)) WriteEdge(json, edge, edges, seconds);
        json.WriteEndArray();
        json.WriteNumber("hiddenSystem", graph.HiddenSystem);
        if (isPartial) json.WriteBoolean("partial", true);
        json.WritePropertyName("coverage");
        coverage.Write(json);
        json.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter json, MapGraph graph, MapNode node, List<MapEdge> all, double seconds)
    {
        var own = all.Where(e => e.From == node || e.To == node).ToList();
        json.WriteStartObject();
        json.WriteString("id", node.Id);
        json.WriteString("kind", node.Kind);
        if (node.Namespace.Length > 0) json.WriteString("namespace", node.Namespace);
        json.WriteString("name", node.Name);
        if (node.Address.Length > 0) json.WriteString("address", node.Address);
        if (node.WorkloadKind.Length > 0) json.WriteString("workloadKind", node.WorkloadKind);
        json.WriteString("tier", MapTier.Of(node, all));
        json.WriteStartArray("ports");
        foreach (var port in own.Where(e => e.To == node && e.Port != 0).GroupBy(e => (e.Port, e.Transport)).OrderByDescending(g => g.Sum(e => e.Total)).Take(MostPorts))
        {
            json.WriteStartObject();
            json.WriteNumber("port", port.Key.Port);
            json.WriteString("protocol", FlowWords.Protocol(port.Key.Transport));
            json.WriteNumber("flows", port.Sum(e => e.Total));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("endpoints");
        foreach (var request in node.Requests.Entries.Take(MostRequests))
        {
            json.WriteStartObject();
            json.WriteString("kind", request.IsDns ? "dns" : "http");
            json.WriteNumber("port", request.Port);
            if (!request.IsDns) json.WriteString("method", request.Method);
            json.WriteString(request.IsDns ? "name" : "path", request.What);
            json.WriteNumber("count", request.Count);
            json.WriteNumber("errors", request.Errors);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("rate", Math.Round(own.Sum(e => e.Total) / seconds, 3));
        json.WriteNumber("drops", own.Where(e => e.IsDropped).Sum(e => e.Total));
        WriteSpark(json, "spark", graph, own.Where(e => !e.IsDropped));
        WriteSpark(json, "dropSpark", graph, own.Where(e => e.IsDropped));
        json.WriteEndObject();
    }

    private static void WriteEdge(Utf8JsonWriter json, MapEdge edge, List<MapEdge> all, double seconds)
    {
        var pair = all.Where(e => e.From == edge.From && e.To == edge.To && e.Port == edge.Port && e.Transport == edge.Transport).ToList();
        json.WriteStartObject();
        json.WriteString("id", IdOf(edge));
        json.WriteString("from", edge.From.Id);
        json.WriteString("to", edge.To.Id);
        json.WriteNumber("port", edge.Port);
        json.WriteString("protocol", FlowWords.Protocol(edge.Transport));
        json.WriteString("verdict", edge.IsDropped ? "dropped" : edge.IsAudited ? "audit" : edge.Errors > 0 ? "error" : edge.IsRedirected ? "redirected" : "forwarded");
        json.WriteNumber("flows", edge.Total);
        json.WriteNumber("rate", Math.Round(edge.Total / seconds, 3));
        json.WriteNumber("dropShare", Math.Round((double)pair.Where(e => e.IsDropped).Sum(e => e.Total) / pair.Sum(e => e.Total), 4));
        if (edge.Requests > 0)
        {
            json.WriteNumber("requests", edge.Requests);
            json.WriteNumber("errors", edge.Errors);
        }

        if (edge.Percentile(0.5) is { } p50) json.WriteNumber("p50Ms", p50);
        if (edge.Percentile(0.99) is { } p99) json.WriteNumber("p99Ms", p99);
        json.WriteStartArray("names");
        foreach (var name in edge.Names) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("rules");
        foreach (var rule in edge.Rules) rule.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSpark(Utf8JsonWriter json, string name, MapGraph graph, IEnumerable<MapEdge> edges)
    {
        Span<long> sum = stackalloc long[MapEdge.Bins];
        foreach (var edge in edges)
            for (var place = 0; place < MapEdge.Bins; place++) sum[place] += edge.FlowsOf(graph.BinOf(place));
        json.WriteStartArray(name);
        foreach (var count in sum) json.WriteNumberValue(count);
        json.WriteEndArray();
    }

    // What passes and what is dropped are two; whether some of what passes are errors changes by the minute and must not make another edge of it.
    private static string IdOf(MapEdge edge) => $"{edge.From.Id}>{edge.To.Id}:{edge.Port}/{edge.Transport}{(edge.IsDropped ? "!" : "")}";
}
