namespace Weir.Agent.Endpoints;

/// <summary>What the CNI plugin asks on the agent's socket: one JSON object a line.</summary>
internal sealed record EndpointRequest
{
    /// <summary><c>allocate</c>, <c>attach</c>, <c>release</c> or <c>policies</c>.</summary>
    public string? Op { get; init; }

    /// <summary>The sandbox's id.</summary>
    public string? ContainerId { get; init; }

    /// <summary>The interface's name inside the pod.</summary>
    public string? IfName { get; init; }

    /// <summary>The pod's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pod's name.</summary>
    public string? Pod { get; init; }

    /// <summary>The pod's UID.</summary>
    public string? Uid { get; init; }

    /// <summary>The endpoint, for <c>attach</c>.</summary>
    public uint EndpointId { get; init; }
}

/// <summary>What the agent answers: one JSON object.</summary>
internal sealed record EndpointAnswer
{
    /// <summary>Why it was refused; null on success.</summary>
    public string? Error { get; init; }

    /// <summary>Set on a success that has nothing else to say.</summary>
    public bool? Ok { get; init; }

    /// <summary>The endpoint's number.</summary>
    public uint? EndpointId { get; init; }

    /// <summary>Its IPv4 address.</summary>
    public string? Ipv4 { get; init; }

    /// <summary>Its IPv6 address.</summary>
    public string? Ipv6 { get; init; }

    /// <summary>What the host side of the veth must be called.</summary>
    public string? HostInterface { get; init; }

    /// <summary>The pod interface's MTU, in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The policies that are in force on this node: <c>Kind namespace/name</c> and the generation of its rules.</summary>
    public IReadOnlyDictionary<string, long>? Policies { get; init; }
}
