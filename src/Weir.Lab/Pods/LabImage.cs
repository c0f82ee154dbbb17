namespace Weir.Lab.Pods;

/// <summary>An image: a folder to run in, and what to run in it.</summary>
/// <param name="Name">Without a tag.</param>
/// <param name="RootFolder">What the container sees as its root, read-only.</param>
/// <param name="EntryPoint">What runs when the pod names no command, with the pod's arguments after it.</param>
internal sealed record LabImage(string Name, string RootFolder, IReadOnlyList<string> EntryPoint)
{
    /// <summary>The arguments when the pod names neither a command nor arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What a container of this image runs.</summary>
    public IReadOnlyList<string> CommandOf(ContainerSpec container) =>
        [.. container.Command ?? EntryPoint, .. container.Command is null && container.Arguments.Count == 0 ? Arguments : container.Arguments];
}
