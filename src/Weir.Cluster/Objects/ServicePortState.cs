using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>One port of a service.</summary>
/// <param name="Name">Its name; empty where the service has one port only. Endpoint slices are matched by it.</param>
/// <param name="Port">The number at which clients ask, 1 to 65535.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="TargetPort">The pods' port: a number as text, or the name of a container's port.</param>
public sealed record ServicePortState(string Name, ushort Port, IpProtocol Protocol, string TargetPort)
{
    /// <summary>Reads a port; null when it has no usable number or protocol.</summary>
    internal static ServicePortState? Read(JsonNode port)
    {
        if (PodPort.Read(port, "port") is not { Port: > 0 } read) return null;
        var target = port.Text("targetPort")
            ?? (port.Number("targetPort") is > 0 and var number ? number : read.Port).ToString(CultureInfo.InvariantCulture);
        return new ServicePortState(read.Name, read.Port, read.Protocol, target);
    }
}
