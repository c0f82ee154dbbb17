namespace Weir.Model;

/// <summary>One end of a flow, as far as it is known: a pod, a node, or something outside.</summary>
/// <remarks>Immutable and shared between flows; the observer keeps one instance for each address it knows.</remarks>
public sealed record Endpoint
{
    /// <summary>The node-local number of a pod attached here; 0 for anything else.</summary>
    public uint Id { get; init; }

    /// <summary>Its security identity.</summary>
    public required SecurityIdentity Identity { get; init; }

    /// <summary>The pod's namespace; empty for what is no pod.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The pod's name; empty for what is no pod.</summary>
    public string PodName { get; init; } = "";

    /// <summary>The identity's labels.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>What made the pod; empty for what is no pod.</summary>
    public IReadOnlyList<Workload> Workloads { get; init; } = [];

    /// <summary>The cluster's name; empty for what is outside.</summary>
    public string ClusterName { get; init; } = "";

    /// <summary>DNS names that this address was learned under by the other end of the flow, if any.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The same names, with when and by which query each was learned.</summary>
    public IReadOnlyList<LearnedName> Learned { get; init; } = [];
}
