namespace Weir.Observe.Hubble;

/// <summary>What the node's observer says of itself.</summary>
public sealed record ObserverOptions
{
    /// <summary>The node's name, as Kubernetes knows it.</summary>
    public required string NodeName { get; init; }

    /// <summary>The version that it reports to clients.</summary>
    public required string Version { get; init; }

    /// <summary>The cluster's name.</summary>
    public string ClusterName { get; init; } = "default";

    /// <summary>Where the node's observer is reached by TCP; empty where it is not.</summary>
    public string Address { get; init; } = "";

    /// <summary>The name that its certificate has to have; null where it speaks without TLS.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>What is the same for all of the node's flows.</summary>
    public NodeFacts Facts { get; init; } = NodeFacts.Unknown;

    /// <summary>Events that the kernel had no room for, so far.</summary>
    public Func<ulong> KernelLost { get; init; } = () => 0;

    /// <summary>Flows kept in the ring. Default: 16,384; from 1,024 to 16,777,216; about 400 bytes each.</summary>
    public int RingCapacity { get; init; } = 16_384;
}
