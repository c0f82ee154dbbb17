using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>What a node needs to know of a pod, out of Kubernetes' JSON.</summary>
internal sealed record PodSpec
{
    /// <summary>Which pod.</summary>
    public required PodKey Key { get; init; }

    /// <summary>Run one after the other before the rest.</summary>
    public required IReadOnlyList<ContainerSpec> InitContainers { get; init; }

    /// <summary>Run side by side.</summary>
    public required IReadOnlyList<ContainerSpec> Containers { get; init; }

    /// <summary>Folders by volume name; null where the lab does not know the kind of volume.</summary>
    public required IReadOnlyDictionary<string, PodVolume> Volumes { get; init; }

    /// <summary>Its own name inside; the pod's unless it says otherwise.</summary>
    public required string Hostname { get; init; }

    /// <summary>Always, OnFailure or Never.</summary>
    public required string RestartPolicy { get; init; }

    /// <summary>ClusterFirst asks cluster DNS, Default the node's own.</summary>
    public required string DnsPolicy { get; init; }

    /// <summary>Whether variables name the services of the namespace.</summary>
    public required bool ServiceLinks { get; init; }

    /// <summary>How long it may take to stop.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Whether someone deleted it.</summary>
    public required bool IsDeleted { get; init; }

    /// <summary>Since when a node has it, as its status says; null when no node had it yet.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The containers that its status calls ready.</summary>
    public IReadOnlySet<string> ReadyContainers { get; init; } = new HashSet<string>();

    /// <summary>The labels, for variables that name them.</summary>
    public required JsonObject Metadata { get; init; }

    /// <summary>The service account that it acts as.</summary>
    public required string ServiceAccount { get; init; }

    /// <summary>The domain below the namespace's in which it has a name; empty for none.</summary>
    public required string Subdomain { get; init; }

    /// <summary>Whether it has its node's network in place of one of its own.</summary>
    public required bool HostNetwork { get; init; }

    /// <summary>Name servers, search domains and options of its own; empty for none.</summary>
    public required JsonObject DnsConfig { get; init; }

    /// <summary>The user and group of containers that name none.</summary>
    public required (long? User, long? Group) RunAs { get; init; }

    /// <summary>What it asks for and the lab does not do.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>Reads a Pod object.</summary>
    public static PodSpec Read(JsonObject pod)
    {
        var metadata = pod["metadata"]!.AsObject();
        var spec = pod["spec"]!.AsObject();
        var name = (string)metadata["name"]!;
        return new PodSpec
        {
            Key = new PodKey((string?)metadata["namespace"] ?? "default", name, (string?)metadata["uid"] ?? name),
            InitContainers = [.. Items(spec, "initContainers").Select(ContainerSpec.Read)],
            Containers = [.. Items(spec, "containers").Select(ContainerSpec.Read)],
            Volumes = Items(spec, "volumes").ToDictionary(v => (string)v["name"]!, PodVolume.Read),
            Hostname = (string?)spec["hostname"] ?? name,
            RestartPolicy = (string?)spec["restartPolicy"] ?? "Always",
            DnsPolicy = (string?)spec["dnsPolicy"] ?? "ClusterFirst",
            ServiceLinks = (bool?)spec["enableServiceLinks"] ?? true,
            Grace = TimeSpan.FromSeconds(metadata.Number("deletionGracePeriodSeconds") ?? spec.Number("terminationGracePeriodSeconds") ?? 30),
            IsDeleted = metadata["deletionTimestamp"] is not null,
            StartedAt = DateTimeOffset.TryParse(pod.Text("status", "startTime"), CultureInfo.InvariantCulture, out var started) ? started : null,
            ReadyContainers = pod.Items("status", "containerStatuses").Where(c => c.Flag("ready") ?? false).Select(c => c.Text("name") ?? "").ToHashSet(),
            Metadata = metadata,
            ServiceAccount = spec.Text("serviceAccountName") ?? "default",
            Subdomain = spec.Text("subdomain") ?? "",
            HostNetwork = spec.Flag("hostNetwork") ?? false,
            DnsConfig = spec.Map("dnsConfig") ?? [],
            RunAs = (spec.Number("securityContext", "runAsUser"), spec.Number("securityContext", "runAsGroup")),
            Unknown = [.. UnknownFields.Of(spec)],
        };
    }

    internal static IEnumerable<JsonObject> Items(JsonObject parent, string name) =>
        parent[name] is JsonArray items ? items.OfType<JsonObject>() : [];
}
