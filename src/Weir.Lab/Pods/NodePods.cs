namespace Weir.Lab.Pods;

/// <summary>The pods of every node of a lab, by name: the API server's way to their streams.</summary>
internal sealed class NodePods
{
    private volatile IReadOnlyList<PodNode> _nodes = [];

    /// <summary>Adds a node.</summary>
    public void Add(PodNode node) => _nodes = [.. _nodes, node];

    /// <summary>A pod; null when no node has it.</summary>
    public PodRun? Find(string ns, string pod) => _nodes.Select(n => n.Find(ns, pod)).FirstOrDefault(run => run is not null);

    /// <summary>A container that runs; null when none of that name does.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="container">Null or empty is the first.</param>
    public ContainerLife? RunningContainer(string ns, string pod, string? container) =>
        _nodes.Select(n => n.RunningContainer(ns, pod, container)).FirstOrDefault(found => found is not null);
}
