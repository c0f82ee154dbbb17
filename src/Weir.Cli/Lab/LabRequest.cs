namespace Weir.Cli.Lab;

/// <summary>What <c>weir lab run</c> was asked for.</summary>
/// <param name="Nodes">How many nodes.</param>
/// <param name="Datapath"><c>auto</c>, <c>ebpf</c> or <c>simulated</c>.</param>
/// <param name="Report">Where the report goes; null for none.</param>
/// <param name="Keep">Whether the cluster stays up after the last step.</param>
internal sealed record LabRequest(int Nodes, string Datapath, string? Report, bool Keep);
