namespace Weir.Policy.Compile;

/// <summary>What the meaning of policies depends on besides policies.</summary>
public sealed record PolicyConfiguration
{
    /// <summary>Default deny of what no policy selects.</summary>
    public PolicyMode Mode { get; init; } = PolicyMode.Default;

    /// <summary>Whether the outside world is told apart by address family: identities world-ipv4 and world-ipv6.</summary>
    public bool DualStack { get; init; }

    /// <summary>Whether the node may always reach its own pods, but for deny rules.</summary>
    public bool AllowLocalHost { get; init; } = true;

    /// <summary>The number of the first range of addresses that gets an identity here; from 2^24 on.</summary>
    public uint FirstLocalIdentity { get; init; } = Model.SecurityIdentity.FirstLocal;

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = Reading.PolicyReader.DefaultCluster;

    /// <summary>The namespace of policies that name none.</summary>
    public string DefaultNamespace { get; init; } = "default";
}
