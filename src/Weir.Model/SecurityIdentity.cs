namespace Weir.Model;

/// <summary>The number that stands for one set of labels in the kernel's tables and in every flow.</summary>
/// <param name="Value">
/// 0 means "unknown"; 1 to 255 are reserved, with Cilium's numbers; 256 to 2^24-1 are given out by the cluster;
/// from 2^24 (<see cref="FirstLocal"/>) they are local to one node and stand for a CIDR.
/// </param>
public readonly record struct SecurityIdentity(uint Value)
{
    /// <summary>The first identity that is local to a node (CIDRs).</summary>
    public const uint FirstLocal = 1u << 24;

    /// <summary>The first identity that is given to a set of pod labels.</summary>
    public const uint FirstAllocated = 256;

    /// <summary>Nothing is known; in a decision table the number means "any peer".</summary>
    public static SecurityIdentity Unknown { get; } = new(0);

    /// <summary>The node on which the endpoint runs.</summary>
    public static SecurityIdentity Host { get; } = new(1);

    /// <summary>Everything outside the cluster.</summary>
    public static SecurityIdentity World { get; } = new(2);

    /// <summary>An address inside a pod CIDR that nobody has claimed.</summary>
    public static SecurityIdentity Unmanaged { get; } = new(3);

    /// <summary>A health probe of the agent's own.</summary>
    public static SecurityIdentity Health { get; } = new(4);

    /// <summary>An endpoint whose labels are not known yet; always in default deny.</summary>
    public static SecurityIdentity Init { get; } = new(5);

    /// <summary>A node other than the local one.</summary>
    public static SecurityIdentity RemoteNode { get; } = new(6);

    /// <summary>The Kubernetes API server.</summary>
    public static SecurityIdentity KubeApiServer { get; } = new(7);

    /// <summary>An ingress proxy of the cluster.</summary>
    public static SecurityIdentity Ingress { get; } = new(8);

    /// <summary>Everything outside the cluster, by IPv4 (dual-stack clusters).</summary>
    public static SecurityIdentity WorldIPv4 { get; } = new(9);

    /// <summary>Everything outside the cluster, by IPv6 (dual-stack clusters).</summary>
    public static SecurityIdentity WorldIPv6 { get; } = new(10);

    /// <summary>Whether this identity is one of the reserved ones.</summary>
    public bool IsReserved => Value is > 0 and < FirstAllocated;

    /// <summary>Whether this identity stands for a CIDR and has its meaning on one node only.</summary>
    public bool IsLocal => Value >= FirstLocal;

    /// <summary>The reserved identity's name as in <c>reserved:NAME</c> labels; null for any other.</summary>
    public string? ReservedName => Value switch
    {
        1 => "host",
        2 => "world",
        3 => "unmanaged",
        4 => "health",
        5 => "init",
        6 => "remote-node",
        7 => "kube-apiserver",
        8 => "ingress",
        9 => "world-ipv4",
        10 => "world-ipv6",
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => ReservedName ?? $"ID:{Value}";
}
