using Weir.Lab.Simulated;

namespace Weir.Lab.Guide;

/// <summary>The guide's hands in a simulated lab.</summary>
public static class SimulatedLabHands
{
    /// <summary>Makes them.</summary>
    /// <param name="lab">The running lab, with the pet store deployed.</param>
    /// <param name="options">How it was built.</param>
    /// <param name="weir">The command line of <c>weir</c>; without it Hubble cannot be asked.</param>
    public static LabHands Of(SimulatedLab lab, SimulatedLabOptions options, IReadOnlyList<string>? weir = null)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(options);
        return ClusterHands.Of(
            lab.Connection,
            options.RunFolder,
            options.Nodes,
            weir ?? [],
            async (pod, container, command, cancellation) =>
            {
                var end = await lab.ExecAsync("pets", pod, container, command, cancellation)
                    ?? throw new LabException($"Pod pets/{pod} has no running container {container}.");
                return new CommandResult((end.Output + end.Error).TrimEnd('\n').Replace("\r", "", StringComparison.Ordinal), end.ExitCode);
            },
            lab.ConnectFromOutsideAsync,
            lab.Hub);
    }
}
