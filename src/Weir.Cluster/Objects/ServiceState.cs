using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>A service.</summary>
public sealed record ServiceState
{
    /// <summary>Namespace and name.</summary>
    public required ObjectName Name { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>ClusterIP, NodePort, LoadBalancer or ExternalName.</summary>
    public string Type { get; init; } = "ClusterIP";

    /// <summary>Which pods it stands for; null when its backends are someone else's business.</summary>
    public ImmutableSortedDictionary<string, string>? Selector { get; init; }

    /// <summary>The addresses inside the cluster; empty for a headless one.</summary>
    public ImmutableArray<IpAddress> ClusterAddresses { get; init; } = [];

    /// <summary>The addresses outside the cluster: of the load balancer, and those that were asked for.</summary>
    public ImmutableArray<IpAddress> ExternalAddresses { get; init; } = [];

    /// <summary>Its ports.</summary>
    public ImmutableArray<ServicePortState> Ports { get; init; } = [];

    /// <summary>How long a client stays with its backend; 0 for no affinity.</summary>
    public uint AffinitySeconds { get; init; }

    /// <summary>Whether it has names in DNS only.</summary>
    public bool IsHeadless { get; init; }

    /// <summary>Whether external traffic may reach backends on the receiving node only.</summary>
    public bool ExternalTrafficIsLocal { get; init; }

    /// <summary>Whether pods that are not ready are backends too.</summary>
    public bool PublishNotReady { get; init; }

    /// <summary>The name that it is an alias of; empty unless <see cref="Type"/> is ExternalName.</summary>
    public string ExternalName { get; init; } = "";

    /// <summary>Reads a service.</summary>
    public static ServiceState Read(JsonObject service)
    {
        var cluster = service.Items("spec", "clusterIPs").Select(i => i.Text()).Append(service.Text("spec", "clusterIP")).Distinct().ToList();
        var external = service.Items("status", "loadBalancer", "ingress").Select(i => i.Text("ip"))
            .Concat(service.Items("spec", "externalIPs").Select(i => i.Text()));
        var affinity = service.Text("spec", "sessionAffinity") == "ClientIP"
            ? service.Number("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds") ?? 10800
            : 0;
        return new ServiceState
        {
            Name = service.ObjectName(),
            Labels = service.Labels(),
            Type = service.Text("spec", "type") ?? "ClusterIP",
            Selector = service.Map("spec", "selector") is { Count: > 0 } ? service.TextMap("spec", "selector") : null,
            ClusterAddresses = [.. Parse(cluster)],
            ExternalAddresses = [.. Parse(external)],
            Ports = [.. service.Items("spec", "ports").Select(ServicePortState.Read).OfType<ServicePortState>()],
            AffinitySeconds = (uint)Math.Clamp(affinity, 0, 86400),
            IsHeadless = cluster.Contains("None"),
            ExternalTrafficIsLocal = service.Text("spec", "externalTrafficPolicy") == "Local",
            PublishNotReady = service.Flag("spec", "publishNotReadyAddresses") ?? false,
            ExternalName = service.Text("spec", "externalName") ?? "",
        };
    }

    private static IEnumerable<IpAddress> Parse(IEnumerable<string?> texts)
    {
        foreach (var text in texts)
        {
            if (IpAddress.TryParse(text, out var address)) yield return address;
        }
    }
}
