namespace Weir.Lab.Pods;

/// <summary>Which pod.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Tells it from one of the same name before it.</param>
public sealed record PodKey(string Namespace, string Name, string Uid);
