using System.Text.Json.Serialization;

namespace Weir.Workloads.ClusterDns;

/// <summary>What cluster DNS knows: the file that the lab keeps up to date.</summary>
public sealed record ClusterZone
{
    /// <summary>The cluster's domain.</summary>
    public string Domain { get; init; } = "cluster.local";

    /// <summary>The server that is asked about everything else; null refuses it.</summary>
    public string? Upstream { get; init; }

    /// <summary>All services.</summary>
    public IReadOnlyList<ZoneService> Services { get; init; } = [];
}

/// <summary>One service.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="ClusterIps">Its addresses; none when it is headless, and its name stands for its endpoints.</param>
/// <param name="Ports">Its ports.</param>
/// <param name="Endpoints">The pods that are ready behind it.</param>
/// <param name="ExternalName">The name that it is an alias of; null for none.</param>
public sealed record ZoneService(
    string Namespace, string Name, IReadOnlyList<string> ClusterIps, IReadOnlyList<ZonePort> Ports, IReadOnlyList<ZoneEndpoint> Endpoints, string? ExternalName = null);

/// <summary>A service's port; a name makes an SRV record.</summary>
public sealed record ZonePort(string? Name, string Protocol, int Port);

/// <summary>A pod behind a service.</summary>
/// <param name="Addresses">Its addresses.</param>
/// <param name="Hostname">Its own name below the service's (a StatefulSet's pod); null has it named after its address.</param>
public sealed record ZoneEndpoint(IReadOnlyList<string> Addresses, string? Hostname);

/// <summary>Reads and writes the file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterZone))]
public sealed partial class ClusterZoneJson : JsonSerializerContext;
