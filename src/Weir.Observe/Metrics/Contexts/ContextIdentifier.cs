namespace Weir.Observe.Metrics.Contexts;

/// <summary>What a context label says of one end of a flow.</summary>
public enum ContextIdentifier
{
    /// <summary>All labels of its identity.</summary>
    Identity,

    /// <summary>Its namespace.</summary>
    Namespace,

    /// <summary><c>namespace/pod</c>.</summary>
    Pod,

    /// <summary>The pod's name alone.</summary>
    PodName,

    /// <summary>The DNS names that its address was learned by.</summary>
    Dns,

    /// <summary>Its address.</summary>
    Ip,

    /// <summary>Its reserved label, such as <c>reserved:world</c>.</summary>
    ReservedIdentity,

    /// <summary><c>namespace/workload</c>.</summary>
    Workload,

    /// <summary>The workload's name alone.</summary>
    WorkloadName,

    /// <summary>The application's name out of its labels.</summary>
    App,
}
