using System.Text.Json;
using Weir.Lab;
using Weir.Lab.Front;
using Weir.Lab.Guide;

namespace Weir.Cli.Lab;

/// <summary><c>weir lab run</c>.</summary>
internal static class LabRun
{
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(90);

    /// <summary>Starts a lab, walks it, stops it.</summary>
    /// <returns>0 only if every step holds.</returns>
    public static async Task<int> RunAsync(LabRequest request, LabScreen screen, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var why = StartedLab.WhySimulated(request.Datapath, LabFiles.Options(request.Nodes));
        if (why is not null)
        {
            screen = screen.Labelled("[simulated] ");
            screen.Line($"The kernel and the containers of this lab are simulated: {why}");
        }

        screen.Head("Starting the lab");
        var lab = await (why is null
            ? StartedLab.StartRealAsync(LabFiles.Options(request.Nodes) with { FrontPort = 0 }, screen, cancellation)
            : StartedLab.StartSimulatedAsync(LabFiles.SimulatedOptions(request.Nodes) with { FrontPort = 0 }, screen, cancellation));
        try
        {
            screen.Report("Deploying the pet store");
            await new PetStore(lab.Connection).DeployAsync(LabFiles.Sample("pet-store.yaml"), _longestStart, cancellation);
            screen.Head("Enforcing network policy");
            var results = await new GuidedLab(lab.Hands, time).RunAsync(
                [
                    .. NetworkPolicySection.Steps(LabFiles.Sample("network-policy.yaml")),
                    .. FqdnSection.Steps(LabFiles.Sample("fqdn-policy.yaml")),
                    .. RequestSection.Steps(LabFiles.Sample("chaos-policy.yaml"), LabFiles.Sample("combined-policy.yaml"), LabFiles.Sample("chaos-policy-mended.yaml")),
                    .. DashboardsSection.Steps(),
                    .. HubbleSection.Steps(LabFiles.Sample("combined-policy.yaml"), LabFiles.Sample("allow-store-front-traffic.yaml")),
                    .. FlowLogSection.Steps(LabFiles.Sample("flow-logs.yaml"), LabFiles.Sample("shop-outage.yaml"), number => LabFiles.Sample($"query{number}.kql")),
                ],
                screen.Start, screen.Done, cancellation);
            screen.Sum(results, lab.Datapath, time.GetElapsedTime(started));
            await WriteReportAsync(request.Report, new LabReport(lab.Datapath, results), cancellation);
            if (request.Keep) await StayAsync(lab.Front!.Services, screen, cancellation);
            return results.All(r => r.Pass) ? 0 : 1;
        }
        finally
        {
            foreach (var problem in await lab.StopAsync()) screen.Line(problem);
        }
    }

    private static async Task StayAsync(LabServices services, LabScreen screen, CancellationToken cancellation)
    {
        foreach (var name in (string[])["ui", "token", "metrics"]) screen.Line($"{name} {services.Find(name)}");
        screen.Line("The lab stays up until Ctrl-C or 'weir lab down'. In another terminal: weir observe -f");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private static async Task WriteReportAsync(string? file, LabReport report, CancellationToken cancellation)
    {
        if (file is null) return;
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, LabReportJson.Default.LabReport) + "\n", cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"The report could not be written to {file}: {e.Message}", e);
        }
    }
}
