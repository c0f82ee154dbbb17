namespace Weir.Agent.Endpoints;

/// <summary>One pod interface that this node has given out, as kept on disk.</summary>
/// <param name="EndpointId">Its number on this node, from 1 to 65535.</param>
/// <param name="ContainerId">The sandbox's id, as the container runtime named it.</param>
/// <param name="IfName">The interface's name inside the pod.</param>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="Uid">The pod's UID; empty where the runtime did not say.</param>
/// <param name="IPv4">Its IPv4 address; null where the node has no IPv4 range.</param>
/// <param name="IPv6">Its IPv6 address; null where the node has no IPv6 range.</param>
/// <param name="Attached">Whether its interface was attached to the datapath.</param>
public sealed record EndpointRecord(
    uint EndpointId,
    string ContainerId,
    string IfName,
    string Namespace,
    string Pod,
    string Uid,
    string? IPv4,
    string? IPv6,
    bool Attached)
{
    /// <summary>The host side of the pod's veth.</summary>
    public string HostInterface => $"weir{EndpointId}";
}
