namespace Weir.Observe.Hubble;

/// <summary>What is the same for every flow of a node, and so is not repeated in each.</summary>
public sealed record NodeFacts
{
    /// <summary>Nothing is known.</summary>
    public static NodeFacts Unknown { get; } = new();

    /// <summary>The node's labels, each <c>key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The name of the interface with a number; null where there is none. Called for each flow: it has to be quick.</summary>
    public Func<uint, string?> InterfaceName { get; init; } = _ => null;
}
