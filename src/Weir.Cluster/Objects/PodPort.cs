using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>A port that a container, a service or an endpoint slice declares.</summary>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="Port">The number, 1 to 65535; of an endpoint slice 0 for "every port".</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
public sealed record PodPort(string Name, ushort Port, IpProtocol Protocol)
{
    /// <summary>Reads a container's port; null when it has no usable number or protocol.</summary>
    internal static PodPort? Read(JsonNode port) => Read(port, "containerPort");

    /// <summary>Reads a port whose number is under <paramref name="field"/>; null when it has no usable number or protocol.</summary>
    internal static PodPort? Read(JsonNode port, string field)
    {
        var number = port.Number(field) ?? 0;
        if (number is < 0 or > ushort.MaxValue) return null;
        return ReadProtocol(port.Text("protocol")) is { } protocol ? new PodPort(port.Text("name") ?? "", (ushort)number, protocol) : null;
    }

    /// <summary>The protocol of that name, TCP where there is none; null for one that we do not know.</summary>
    internal static IpProtocol? ReadProtocol(string? name) => name switch
    {
        null or "" or "TCP" => IpProtocol.Tcp,
        "UDP" => IpProtocol.Udp,
        "SCTP" => IpProtocol.Sctp,
        _ => null,
    };
}
