using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>The variables of a container: the machine's few, the services of the namespace, the pod's own. Later ones win.</summary>
internal static partial class ContainerEnvironment
{
    /// <summary>Puts them together.</summary>
    /// <exception cref="LabException">A variable comes from a source that the lab does not have.</exception>
    public static IReadOnlyList<string> Of(PodSpec pod, ContainerSpec container, VariableSources sources, IReadOnlyList<IPAddress> addresses, int node)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/bin:/usr/bin:/sbin:/usr/sbin",
            ["HOME"] = "/root",
            ["HOSTNAME"] = pod.Hostname,
        };
        foreach (var service in sources.Services)
        {
            // "kubernetes" is named everywhere, others in their own namespace and only where the pod wants them.
            var isApi = (string?)service["metadata"]!["namespace"] == "default" && (string?)service["metadata"]!["name"] == "kubernetes";
            if (isApi || (pod.ServiceLinks && (string?)service["metadata"]!["namespace"] == pod.Key.Namespace)) AddService(all, service);
        }

        foreach (var from in container.EnvironmentFrom) AddAll(all, from, sources);
        foreach (var variable in container.Environment)
        {
            var name = (string)variable["name"]!;
            var value = variable["valueFrom"] is JsonObject source
                ? From(name, source, sources, pod, container, addresses, node)
                : Expand((string?)variable["value"] ?? "", all);
            if (value is not null) all[name] = value;
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

    private static void AddAll(Dictionary<string, string> all, JsonObject from, VariableSources sources)
    {
        var prefix = (string?)from["prefix"] ?? "";
        foreach (var (plural, field) in ((string, string)[])[("configmaps", "configMapRef"), ("secrets", "secretRef")])
        {
            if (from.Text(field, "name") is not { } name) continue;
            foreach (var (key, value) in sources.All(plural, name, from.Flag(field, "optional") ?? false)) all[prefix + key] = Encoding.UTF8.GetString(value);
        }
    }

    private static string? From(
        string name, JsonObject source, VariableSources sources, PodSpec pod, ContainerSpec container, IReadOnlyList<IPAddress> addresses, int node)
    {
        foreach (var (plural, field) in ((string, string)[])[("configmaps", "configMapKeyRef"), ("secrets", "secretKeyRef")])
        {
            if (source[field] is JsonObject key)
                return sources.One(plural, key.Text("name") ?? "", key.Text("key") ?? "", key.Flag("optional") ?? false);
        }

        if (source.Text("resourceFieldRef", "resource") is { } resource) return FieldReference.Resource(resource, source.Text("resourceFieldRef", "divisor"), container);
        var path = source.Text("fieldRef", "fieldPath")
            ?? throw new LabException($"Variable {name} comes from {source.Select(p => p.Key).FirstOrDefault()}; the lab provides plain values, fieldRef, resourceFieldRef, configMapKeyRef and secretKeyRef.");
        return FieldReference.Value(path, pod, addresses, node) ?? throw new LabException($"Variable {name} names the field {path}, which the lab does not know.");
    }

    /// <summary>Replaces $(NAME) by what is known; $$ is a dollar, and an unknown name stays as it is.</summary>
    internal static string Expand(string text, IReadOnlyDictionary<string, string> known) => Reference().Replace(
        text, match => match.Value == "$$" ? "$" : known.GetValueOrDefault(match.Groups[1].Value) ?? match.Value);

    [GeneratedRegex(@"\$\$|\$\(([^)]*)\)")]
    private static partial Regex Reference();
}
