using System.Net;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Network;

namespace Weir.Lab.Pods;

/// <summary>The downward API: what a pod may learn of itself.</summary>
internal static class FieldReference
{
    /// <summary>A field by its path; null when the lab does not know it.</summary>
    public static string? Value(string path, PodSpec pod, IReadOnlyList<IPAddress> addresses, int node) => path switch
    {
        "metadata.name" => pod.Key.Name,
        "metadata.namespace" => pod.Key.Namespace,
        "metadata.uid" => pod.Key.Uid,
        "metadata.labels" => Lines(pod.Metadata.Map("labels")),
        "metadata.annotations" => Lines(pod.Metadata.Map("annotations")),
        "spec.nodeName" => LabAddresses.NodeName(node),
        "spec.serviceAccountName" => pod.ServiceAccount,
        "status.podIP" => addresses[0].ToString(),
        "status.podIPs" => string.Join(',', addresses),
        "status.hostIP" => LabAddresses.Node(node)[0].ToString(),
        "status.hostIPs" => string.Join(',', LabAddresses.Node(node)),
        _ => Keyed(path, "metadata.labels", pod) ?? Keyed(path, "metadata.annotations", pod),
    };

    /// <summary>A container's request or limit, such as <c>limits.cpu</c>, in units of the divisor, rounded up; what is not set is 0.</summary>
    public static string Resource(string resource, string? divisor, ContainerSpec container)
    {
        var unit = Quantity(divisor is null or "0" or "" ? "1" : divisor);
        var amount = Quantity(container.Resources.Text(resource.Split('.', 2)) ?? "0");
        return Math.Ceiling(amount / unit).ToString("0", CultureInfo.InvariantCulture);
    }

    // "500m", "64Mi", "1.5G": a number and a power of 1000 or of 1024.
    private static decimal Quantity(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c is '.').Count();
        if (!decimal.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out var number)) return 0;
        return text[digits..] switch
        {
            "m" => number / 1000,
            "k" => number * 1_000,
            "M" => number * 1_000_000,
            "G" => number * 1_000_000_000,
            "T" => number * 1_000_000_000_000,
            "Ki" => number * 1024,
            "Mi" => number * 1024 * 1024,
            "Gi" => number * 1024 * 1024 * 1024,
            "Ti" => number * 1024 * 1024 * 1024 * 1024,
            _ => number,
        };
    }

    // metadata.labels['key']
    private static string? Keyed(string path, string map, PodSpec pod)
    {
        if (!path.StartsWith(map + "['", StringComparison.Ordinal) || !path.EndsWith("']", StringComparison.Ordinal)) return null;
        return pod.Metadata.Text(map["metadata.".Length..], path[(map.Length + 2)..^2]) ?? "";
    }

    private static string Lines(JsonObject? map) =>
        string.Join('\n', (map ?? []).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}=\"{p.Value.Text()?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
}
