using Weir.Cluster;
using Weir.Lab;
using Weir.Lab.Front;
using Weir.Lab.Guide;
using Weir.Lab.Simulated;

namespace Weir.Cli.Lab;

/// <summary>A lab that runs, of either kind.</summary>
/// <param name="Datapath">What decides its packets: <see cref="Real"/> or <see cref="Simulated"/>.</param>
/// <param name="Connection">Its API server.</param>
/// <param name="Hands">What the guide can do in it.</param>
/// <param name="StopAsync">Stops it; returns what was left, as sentences.</param>
internal sealed record StartedLab(string Datapath, KubernetesConnection Connection, LabHands Hands, Func<Task<IReadOnlyList<string>>> StopAsync)
{
    /// <summary>The kernel.</summary>
    public const string Real = "ebpf";

    /// <summary>The managed tables.</summary>
    public const string Simulated = "simulated";

    /// <summary>What the machine sees of it; null when it serves nothing there.</summary>
    public LabFront? Front { get; init; }

    /// <summary>Whether it goes on with what a lab that was killed left.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Why a lab with this choice of datapath is simulated, in a sentence; null when it is real.</summary>
    public static string? WhySimulated(string datapath, LabOptions options) => datapath switch
    {
        Real => null,
        Simulated => "as asked.",
        _ => DatapathChoice.WhyNotReal(options),
    };

    /// <summary>Starts a lab of real pods.</summary>
    public static async Task<StartedLab> StartRealAsync(LabOptions options, LabScreen screen, CancellationToken cancellation)
    {
        var lab = await LabCluster.StartAsync(options, screen, cancellation, TimeProvider.System);
        return new StartedLab(Real, lab.Connection, RealLabHands.Of(lab, options), lab.StopAsync) { Front = lab.Front, IsResumed = lab.IsResumed };
    }

    /// <summary>Starts a simulated lab.</summary>
    public static async Task<StartedLab> StartSimulatedAsync(SimulatedLabOptions options, LabScreen screen, CancellationToken cancellation)
    {
        var lab = await SimulatedLab.StartAsync(options, screen, cancellation, TimeProvider.System);
        return new StartedLab(Simulated, lab.Connection, SimulatedLabHands.Of(lab, options, LabFiles.Self()), lab.StopAsync) { Front = lab.Front, IsResumed = lab.IsResumed };
    }
}
