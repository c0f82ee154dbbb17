namespace Weir.Observe.Hubble;

/// <summary>What the node's observer says of itself.</summary>
public sealed record ObserverOptions
{
    /// <summary>The node's name, as Kubernetes knows it.</summary>
    public required string NodeName { get; init; }

    /// <summary>The version that it reports to clients.</summary>
    public required string Version { get; init; }

    /// <summary>Flows kept in the ring. Default: 16,384; from 1,024 to 16,777,216; about 400 bytes each.</summary>
    public int RingCapacity { get; init; } = 16_384;
}
