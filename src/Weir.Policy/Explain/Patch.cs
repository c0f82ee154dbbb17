namespace Weir.Policy.Explain;

/// <summary>The least that would have to be added so that a flow passes.</summary>
/// <param name="Yaml">The policies to add; empty where adding cannot help.</param>
/// <param name="AlsoAdmits">What else would pass with them, among the pods that are known.</param>
/// <param name="Note">What has to be done besides, or why adding cannot help; null for nothing.</param>
public sealed record Patch(string Yaml, IReadOnlyList<string> AlsoAdmits, string? Note);
