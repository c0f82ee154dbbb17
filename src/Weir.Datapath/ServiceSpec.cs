using Weir.Model;

namespace Weir.Datapath;

/// <summary>One address and port that stands for backends.</summary>
/// <param name="Frontend">The service's address: cluster address or load-balancer address.</param>
/// <param name="Port">The service's port.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Backends">The ready backends, in a stable order; empty means that packets are dropped (no backend).</param>
/// <param name="LocalOnly">Whether only backends on this node are used for what comes from outside (load-balancer addresses).</param>
/// <param name="AffinitySeconds">How long a client stays with its backend; 0 turns affinity off.</param>
public sealed record ServiceSpec(
    IpAddress Frontend,
    ushort Port,
    IpProtocol Protocol,
    IReadOnlyList<BackendSpec> Backends,
    bool LocalOnly,
    uint AffinitySeconds);

/// <summary>One pod port behind a service.</summary>
/// <param name="Address">The pod's address.</param>
/// <param name="Port">The pod's port.</param>
/// <param name="IsLocal">Whether the pod runs on this node.</param>
public sealed record BackendSpec(IpAddress Address, ushort Port, bool IsLocal);
