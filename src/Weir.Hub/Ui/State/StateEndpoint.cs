using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weir.FlowLog.Store;
using Weir.Hub.Server;
using Weir.Hub.Ui.Session;

namespace Weir.Hub.Ui.State;

/// <summary><c>/ui/api/state</c>: what every page shows at its top.</summary>
/// <param name="gate">The way in.</param>
/// <param name="pulse">How the nodes are.</param>
/// <param name="store">How far back it reaches.</param>
/// <param name="namespaces">The namespaces that there are.</param>
/// <param name="identity">The cluster's name and the hub's version.</param>
/// <param name="time">The clock.</param>
internal sealed class StateEndpoint(UiGate gate, ClusterPulse pulse, FlowStore store, Func<IEnumerable<string>> namespaces, (string Cluster, string Version) identity, TimeProvider time)
{
    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => gate.Get(routes, "/ui/api/state", AnswerAsync);

    private Task AnswerAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("cluster", identity.Cluster);
        json.WriteString("version", identity.Version);
        json.WriteString("now", time.GetUtcNow().UtcDateTime);
        json.WriteStartArray("nodes");
        foreach (var node in pulse.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            json.WriteString("state", node.IsConnected ? "connected" : "unavailable");
            if (node.Message.Length > 0) json.WriteString("message", node.Message);
            json.WriteNumber("flowsPerSecond", node.FlowsPerSecond);
            json.WriteNumber("lost", node.Lost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("coverage");
        pulse.Coverage.Write(json);
        json.WriteStartArray("namespaces");
        foreach (var ns in namespaces().Order(StringComparer.Ordinal)) json.WriteStringValue(ns);
        json.WriteEndArray();
        using var snapshot = store.Hold();
        if (snapshot.Manifest.Segments is { Count: > 0 } segments) json.WriteString("earliest", new DateTime(segments.Min(s => s.From), DateTimeKind.Utc));
        else json.WriteNull("earliest");
        json.WriteEndObject();
    });
}
