using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>A probe by HTTP or TCP. It runs inside the pod's own namespace, so that no policy sees it.</summary>
/// <param name="Port">On the pod.</param>
/// <param name="HttpPath">What to GET; null only connects.</param>
/// <param name="Period">Between two tries.</param>
/// <param name="InitialDelay">Before the first.</param>
internal sealed record ProbeSpec(int Port, string? HttpPath, TimeSpan Period, TimeSpan InitialDelay)
{
    /// <summary>Reads a probe; one of another kind (exec, gRPC, a named port) counts as none, so that it always holds.</summary>
    public static ProbeSpec? Read(JsonNode? probe)
    {
        if (probe is not JsonObject spec) return null;
        var how = spec["httpGet"] ?? spec["tcpSocket"];
        if (how.Number("port") is not { } port) return null;
        return new ProbeSpec(
            (int)port,
            spec["httpGet"] is null ? null : how.Text("path") ?? "/",
            TimeSpan.FromSeconds(spec.Number("periodSeconds") ?? 10),
            TimeSpan.FromSeconds(spec.Number("initialDelaySeconds") ?? 0));
    }
}
