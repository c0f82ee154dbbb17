namespace Weir.Lab.Pods;

/// <summary>An image: a folder to run in, and what to run in it.</summary>
/// <param name="Name">Without a tag.</param>
/// <param name="RootFolder">What the container sees as its root, read-only.</param>
/// <param name="EntryPoint">What runs when the pod names no command.</param>
internal sealed record LabImage(string Name, string RootFolder, IReadOnlyList<string> EntryPoint);
