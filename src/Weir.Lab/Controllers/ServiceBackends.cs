using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>Finds the pods behind a service, and the ports that they really listen on.</summary>
internal static class ServiceBackends
{
    /// <summary>One pod behind a service.</summary>
    /// <param name="Pod">The pod.</param>
    /// <param name="Ports">The ports as an endpoint slice lists them; pods of one slice share them.</param>
    public sealed record Backend(JsonObject Pod, JsonArray Ports);

    /// <summary>The pods that have an address, ordered by name.</summary>
    public static List<Backend> Of(JsonObject service, IEnumerable<JsonObject> pods)
    {
        var selector = service.Map("spec", "selector");
        return
        [
            .. pods.Where(p => PodCondition.Matches(selector, p) && !PodCondition.IsDone(p) && p.Text("status", "podIP") is { Length: > 0 })
                .OrderBy(p => p.ObjectName().Name, StringComparer.Ordinal)
                .Select(p => new Backend(p, Ports(service, p))),
        ];
    }

    /// <summary>The pod's address of a family (<c>IPv4</c> or <c>IPv6</c>); null when it has none.</summary>
    public static string? Address(JsonObject pod, string family) => pod.Items("status", "podIPs").Select(i => i.Text("ip"))
        .Append(pod.Text("status", "podIP"))
        .FirstOrDefault(a => a is { Length: > 0 } && a.Contains(':', StringComparison.Ordinal) == (family == "IPv6"));

    private static JsonArray Ports(JsonObject service, JsonObject pod)
    {
        var ports = new JsonArray();
        foreach (var port in service.Items("spec", "ports"))
        {
            var protocol = port.Text("protocol") ?? "TCP";
            if (Number(port, protocol, pod) is not { } number) continue;
            var entry = new JsonObject { ["name"] = port.Text("name") ?? "", ["protocol"] = protocol, ["port"] = number };
            if (port.Text("appProtocol") is { } app) entry["appProtocol"] = app;
            ports.Add(entry);
        }

        return ports;
    }

    // A target that is a name is the container's port of that name, which may differ from pod to pod.
    private static long? Number(JsonNode port, string protocol, JsonObject pod)
    {
        if (port.Text("targetPort") is not { } name) return port.Number("targetPort") is > 0 and var number ? number : port.Number("port");
        return pod.Items("spec", "containers").SelectMany(c => c.Items("ports"))
            .FirstOrDefault(p => p.Text("name") == name && (p.Text("protocol") ?? "TCP") == protocol).Number("containerPort");
    }
}
