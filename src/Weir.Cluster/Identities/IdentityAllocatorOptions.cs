namespace Weir.Cluster.Identities;

/// <summary>How identities are given out.</summary>
public sealed record IdentityAllocatorOptions
{
    /// <summary>The lowest number that is given out.</summary>
    public uint First { get; init; } = 256;

    /// <summary>The highest number that is given out. At most 65535: the flow's wire format elsewhere holds no more.</summary>
    public uint Last { get; init; } = 65535;

    /// <summary>How long an identity stays after its last pod is gone, so that a restart keeps its number.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMinutes(10);
}
