using Weir.Lab;
using Weir.Lab.Cleanup;
using Weir.Lab.Guide;
using Weir.Lab.Simulated;

namespace Weir.Cli.Lab;

/// <summary><c>weir lab up</c> in this process.</summary>
internal static class LabUp
{
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(120);

    /// <summary>Starts a lab, says how to reach it, and stops it when cancelled.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="output">Takes what scripts read: how to reach it.</param>
    /// <param name="error">Takes what people read: how far it is.</param>
    /// <param name="cancellation">Stops the lab; that is how it ends.</param>
    /// <returns>0 when it came up and left nothing.</returns>
    public static async Task<int> RunAsync(LabUpRequest request, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (RunningIn(request.RunFolder) is { } there) throw new LabException($"A lab is up already in {there}; 'weir lab status' shows it, 'weir lab down' ends it.");
        var options = Real(request);
        var screen = new LabScreen(error);
        var why = StartedLab.WhySimulated(request.Datapath, options);
        if (why is not null)
        {
            screen = screen.Labelled("[simulated] ");
            screen.Line($"The kernel and the containers of this lab are simulated: {why}");
        }

        var lab = await (why is null
            ? StartedLab.StartRealAsync(options, screen, cancellation)
            : StartedLab.StartSimulatedAsync(Simulated(request), screen, cancellation));
        var left = 0;
        try
        {
            await ServeAsync(lab, request, screen, cancellation);
            if (!request.IsDetached)
            {
                foreach (var line in lab.Front!.Services.Lines) await output.WriteLineAsync(line);
                screen.Line("The lab is up until Ctrl-C.");
            }

            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        finally
        {
            foreach (var problem in await lab.StopAsync())
            {
                screen.Line(problem);
                left = 1;
            }
        }

        return left;
    }

    /// <summary>The folder in which a lab of this user runs; null when none does.</summary>
    /// <param name="given">Where to look; null is the usual places.</param>
    public static string? RunningIn(string? given) => LabFiles.RunFolders(given).FirstOrDefault(folder => LabLock.HolderOf(folder) is not null);

    private static LabOptions Real(LabUpRequest request)
    {
        var options = LabFiles.Options(request.Nodes, request.RunFolder) with { FrontPort = request.Port, IsKept = request.IsDetached, MustResume = request.MustResume };
        return request.IsDetached ? options with { WatchdogCommand = LabWatchdog.StartingAgain(request) } : options;
    }

    private static SimulatedLabOptions Simulated(LabUpRequest request)
    {
        var options = LabFiles.SimulatedOptions(request.Nodes, request.RunFolder) with
        {
            FrontPort = request.Port, IsKept = request.IsDetached, MustResume = request.MustResume,
        };
        return request.IsDetached && options.WatchdogCommand is not null ? options with { WatchdogCommand = LabWatchdog.StartingAgain(request) } : options;
    }

    private static async Task ServeAsync(StartedLab lab, LabUpRequest request, LabScreen screen, CancellationToken cancellation)
    {
        var front = lab.Front!;
        front.Services.Add("datapath", lab.Datapath);
        if (request.Pets)
        {
            if (!lab.IsResumed)
            {
                screen.Report("Deploying the pet store");
                await new PetStore(lab.Connection).DeployAsync(LabFiles.Sample("pet-store.yaml"), _longestStart, cancellation);
            }

            front.ServeBalancer("store-front", "pets", "store-front");
        }

        front.Services.Publish();
    }
}
