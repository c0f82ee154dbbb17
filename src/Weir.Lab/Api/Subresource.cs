namespace Weir.Lab.Api;

/// <summary>A part of an object that has a path of its own.</summary>
/// <param name="Name">The last step of the path.</param>
/// <param name="Kind">The kind of its documents; null when it is the object's own.</param>
/// <param name="Verbs">What can be done with it.</param>
public sealed record Subresource(string Name, string? Kind, params string[] Verbs)
{
    /// <summary>The group of its documents; null when it is the object's own.</summary>
    public string? Group { get; init; }

    /// <summary>The version of its documents; null when it is the object's own.</summary>
    public string? Version { get; init; }
}
