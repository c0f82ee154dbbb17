namespace Weir.Cluster.Objects;

/// <summary>Where an object of a known kind is.</summary>
/// <param name="Namespace">The namespace; empty for cluster-wide kinds.</param>
/// <param name="Name">The name.</param>
public readonly record struct ObjectName(string Namespace, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
