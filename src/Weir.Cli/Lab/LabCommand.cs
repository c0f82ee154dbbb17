using System.CommandLine;
using Weir.Lab;
using Weir.Lab.Cleanup;

namespace Weir.Cli.Lab;

/// <summary><c>weir lab</c>: the cluster on this machine, and the guide through it.</summary>
internal static class LabCommand
{
    private static readonly Option<string?> _report = new("--report") { Description = "Write the steps and their results to this file, as JSON" };
    private static readonly Option<bool> _keep = new("--keep") { Description = "Leave the cluster up after the last step, until Ctrl-C or 'weir lab down'" };
    private static readonly Option<int> _nodes = new("--nodes") { Description = "How many nodes", DefaultValueFactory = _ => 2 };

    private static readonly Option<string?> _run = new("--run") { Description = "The lab's folder, where it is not the usual one" };

    private static readonly Option<string> _datapath = new("--datapath")
    {
        Description = "ebpf (real pods on the real kernel), simulated (no privilege needed), or auto",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        _datapath.AcceptOnlyFromAmong("auto", "ebpf", "simulated");
        var run = new Command("run", "Start the cluster, deploy the pet store, and walk the lab step by step") { _report, _keep, _nodes, _datapath };
        run.SetAction(RunAsync);
        var down = new Command("down", "Stop the lab of this machine and remove whatever it left, also after a crash") { _run };
        down.SetAction(DownAsync);
        return new Command("lab", "A small cluster on this machine, to see and try everything in")
        {
            run, LabUpCommand.Create(_nodes, _datapath, _run), LabStatusCommand.Create(_run), down, LabWatchdog.Create(),
        };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var request = new LabRequest(
                parsed.GetValue(_nodes), parsed.GetValue(_datapath)!, parsed.GetValue(_report), parsed.GetValue(_keep));
            return await LabRun.RunAsync(request, new LabScreen(output), cancellation);
        }
        catch (Exception e) when (e is LabException or Weir.Lab.Manifests.ManifestException or Weir.Cluster.ApiRefusedException)
        {
            await error.WriteLineAsync($"weir lab: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await error.WriteLineAsync("weir lab: stopped.");
            return 130;
        }
    }

    private static async Task<int> DownAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var left = new List<string>();
            foreach (var folder in LabFiles.RunFolders(parsed.GetValue(_run)).Where(LabDown.IsThereAnything))
                left.AddRange(await LabDown.RunAsync(folder, TimeProvider.System, cancellation));
            foreach (var problem in left) await error.WriteLineAsync($"weir lab: {problem}");
            if (left.Count > 0) return 1;
            await output.WriteLineAsync("No lab of yours is left on this machine.");
            return 0;
        }
        catch (LabException e)
        {
            await error.WriteLineAsync($"weir lab: {e.Message}");
            return 1;
        }
    }
}
