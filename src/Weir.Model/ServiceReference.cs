namespace Weir.Model;

/// <summary>A Kubernetes service by name.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record ServiceReference(string Namespace, string Name);
