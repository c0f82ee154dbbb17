namespace Weir.Model;

/// <summary>What made a pod.</summary>
/// <param name="Name">The controller's name, such as <c>store-front</c>.</param>
/// <param name="Kind">Its kind, such as <c>Deployment</c>; a ReplicaSet of a Deployment counts as the Deployment.</param>
public sealed record Workload(string Name, string Kind);
