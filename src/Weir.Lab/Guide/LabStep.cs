using Weir.Observe.Wire.Flows;

namespace Weir.Lab.Guide;

/// <summary>One step of the guided lab.</summary>
public sealed record LabStep
{
    /// <summary>A short name that stays the same between versions, such as <c>deny-dns</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What the step shows, in one sentence.</summary>
    public required string Title { get; init; }

    /// <summary>The command, as a person would type it.</summary>
    public required string Command { get; init; }

    /// <summary>What should be seen, in words or as the lab prints it.</summary>
    public required string Expected { get; init; }

    /// <summary>Does it.</summary>
    public required Func<LabHands, CancellationToken, Task<CommandResult>> RunAsync { get; init; }

    /// <summary>Whether what was seen is what should be.</summary>
    public required Func<CommandResult, bool> Holds { get; init; }

    /// <summary>The flow that must prove it; null for steps that send nothing.</summary>
    public FlowProof? Proof { get; init; }
}

/// <summary>The flow without which a step does not count: an exit code alone proves nothing about the network.</summary>
/// <param name="Filter">Which flows to look at.</param>
/// <param name="Holds">Whether one of them is the proof.</param>
public sealed record FlowProof(FlowFilter Filter, Func<Flow, bool> Holds);
