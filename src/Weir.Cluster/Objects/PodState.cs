using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>What we need of a pod.</summary>
public sealed record PodState
{
    /// <summary>Namespace and name.</summary>
    public required ObjectName Name { get; init; }

    /// <summary>The identity across re-creations.</summary>
    public required string Uid { get; init; }

    /// <summary>The node that it is bound to; empty until it is.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>Whether it shares its node's network, and so has no policy and no identity of its own.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>The service account; <c>default</c> where none is named.</summary>
    public string ServiceAccount { get; init; } = "default";

    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string Phase { get; init; } = "Pending";

    /// <summary>Whether the condition Ready is true.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether it is being deleted.</summary>
    public bool IsEnding { get; init; }

    /// <summary>The labels as written, not yet those of its identity.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its addresses, the primary one first; empty until it has any.</summary>
    public ImmutableArray<IpAddress> Addresses { get; init; } = [];

    /// <summary>The named ports of its containers.</summary>
    public ImmutableArray<PodPort> Ports { get; init; } = [];

    /// <summary>What made it; null for a pod that someone created by hand.</summary>
    public Workload? Workload { get; init; }

    /// <summary>The node's own address, if known.</summary>
    public IpAddress HostAddress { get; init; }

    /// <summary>Whether it has stopped for good and its addresses may belong to someone else.</summary>
    public bool IsDone => Phase is "Succeeded" or "Failed";

    /// <summary>Reads a pod.</summary>
    public static PodState Read(JsonObject pod)
    {
        var labels = pod.Labels();
        var addresses = pod.Items("status", "podIPs").Select(i => i.Text("ip"));
        return new PodState
        {
            Name = pod.ObjectName(),
            Uid = pod.Text("metadata", "uid") ?? "",
            NodeName = pod.Text("spec", "nodeName") ?? "",
            HostNetwork = pod.Flag("spec", "hostNetwork") ?? false,
            ServiceAccount = pod.Text("spec", "serviceAccountName") is { Length: > 0 } account ? account : "default",
            Phase = pod.Text("status", "phase") ?? "Pending",
            IsReady = pod.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True"),
            IsEnding = pod.Text("metadata", "deletionTimestamp") is not null,
            Labels = labels,
            Addresses = Parse(addresses.Append(pod.Text("status", "podIP")).Distinct()),
            Ports = [.. pod.Items("spec", "containers").SelectMany(c => c.Items("ports")).Select(PodPort.Read).OfType<PodPort>()],
            Workload = ReadWorkload(pod, labels),
            HostAddress = IpAddress.TryParse(pod.Text("status", "hostIP"), out var host) ? host : default,
        };
    }

    // A ReplicaSet is named after its Deployment and the hash of its template: people know the Deployment.
    private static Workload? ReadWorkload(JsonObject pod, ImmutableSortedDictionary<string, string> labels)
    {
        var owner = pod.Items("metadata", "ownerReferences").FirstOrDefault(o => o.Flag("controller") ?? false);
        if (owner.Text("kind") is not { } kind || owner.Text("name") is not { } name) return null;
        if (kind == "ReplicaSet" && labels.TryGetValue("pod-template-hash", out var hash) && name.EndsWith("-" + hash, StringComparison.Ordinal))
            return new Workload(name[..^(hash.Length + 1)], "Deployment");
        return new Workload(name, kind);
    }

    private static ImmutableArray<IpAddress> Parse(IEnumerable<string?> texts)
    {
        var addresses = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var text in texts)
        {
            if (IpAddress.TryParse(text, out var address)) addresses.Add(address);
        }

        return addresses.ToImmutable();
    }
}
