using System.Net;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Network;

namespace Weir.Lab.Pods;

/// <summary>The variables of a container: the machine's few, the services of the namespace, the pod's own. Later ones win.</summary>
internal static class ContainerEnvironment
{
    /// <summary>Puts them together.</summary>
    /// <exception cref="LabException">A variable comes from a source that the lab does not have.</exception>
    public static IReadOnlyList<string> Of(PodSpec pod, ContainerSpec container, IReadOnlyList<JsonObject> services, IReadOnlyList<IPAddress> addresses, int node)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/bin:/usr/bin:/sbin:/usr/sbin",
            ["HOME"] = "/root",
            ["HOSTNAME"] = pod.Hostname,
        };
        foreach (var service in services)
        {
            // "kubernetes" is named everywhere, others in their own namespace and only where the pod wants them.
            var isApi = (string?)service["metadata"]!["namespace"] == "default" && (string?)service["metadata"]!["name"] == "kubernetes";
            if (isApi || (pod.ServiceLinks && (string?)service["metadata"]!["namespace"] == pod.Key.Namespace)) AddService(all, service);
        }

        foreach (var variable in container.Environment)
        {
            var name = (string)variable["name"]!;
            all[name] = variable["valueFrom"] is JsonObject source ? FromField(name, source, pod, addresses, node) : Expand((string?)variable["value"] ?? "", all);
        }

        return [.. all.Select(v => $"{v.Key}={v.Value}")];
    }

    /// <summary>PRODUCT_SERVICE_SERVICE_HOST and its relatives, as Docker's links had them.</summary>
    private static void AddService(Dictionary<string, string> all, JsonObject service)
    {
        var address = (string?)service["spec"]?["clusterIP"];
        if (address is null or "" or "None") return;
        var prefix = ((string)service["metadata"]!["name"]!).ToUpperInvariant().Replace('-', '_');
        all[$"{prefix}_SERVICE_HOST"] = address;
        var first = true;
        foreach (var port in PodSpec.Items(service["spec"]!.AsObject(), "ports"))
        {
            var number = (port.Number("port") ?? 0).ToString(CultureInfo.InvariantCulture);
            var protocol = ((string?)port["protocol"] ?? "TCP").ToLowerInvariant();
            if (first)
            {
                all[$"{prefix}_SERVICE_PORT"] = number;
                all[$"{prefix}_PORT"] = $"{protocol}://{address}:{number}";
            }

            if ((string?)port["name"] is { Length: > 0 } name) all[$"{prefix}_SERVICE_PORT_{name.ToUpperInvariant().Replace('-', '_')}"] = number;
            var one = $"{prefix}_PORT_{number}_{protocol.ToUpperInvariant()}";
            all[one] = $"{protocol}://{address}:{number}";
            all[$"{one}_ADDR"] = address;
            all[$"{one}_PORT"] = number;
            all[$"{one}_PROTO"] = protocol;
            first = false;
        }
    }

    private static string FromField(string name, JsonObject source, PodSpec pod, IReadOnlyList<IPAddress> addresses, int node)
    {
        var path = (string?)source["fieldRef"]?["fieldPath"]
            ?? throw new LabException($"Variable {name} comes from {source.Select(p => p.Key).FirstOrDefault()}; the lab provides plain values and fieldRef.");
        return path switch
        {
            "metadata.name" => pod.Key.Name,
            "metadata.namespace" => pod.Key.Namespace,
            "metadata.uid" => pod.Key.Uid,
            "spec.nodeName" => LabAddresses.NodeName(node),
            "status.podIP" => addresses[0].ToString(),
            "status.podIPs" => string.Join(',', addresses),
            "status.hostIP" => LabAddresses.Node(node)[0].ToString(),
            _ => throw new LabException($"Variable {name} names the field {path}; the lab knows metadata.name, .namespace, .uid, spec.nodeName, status.podIP, .podIPs, .hostIP."),
        };
    }

    /// <summary>Replaces $(NAME) by what is known so far, as Kubernetes does.</summary>
    internal static string Expand(string text, IReadOnlyDictionary<string, string> known)
    {
        foreach (var (name, value) in known) text = text.Replace($"$({name})", value, StringComparison.Ordinal);
        return text;
    }
}
