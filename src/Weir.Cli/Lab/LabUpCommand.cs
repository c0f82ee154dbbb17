using System.CommandLine;
using Weir.Lab;

namespace Weir.Cli.Lab;

/// <summary><c>weir lab up</c>: the cluster, for as long as the user wants it.</summary>
internal static class LabUpCommand
{
    /// <summary>The hidden option of the process that <c>--detach</c> starts.</summary>
    public const string Detached = "--detached";

    /// <summary>The hidden option of the process that goes on with a lab that was killed.</summary>
    public const string Resume = "--resume";

    private static readonly Option<bool> _detach = new("--detach", "-d") { Description = "Return when it is up; the cluster goes on in a process of its own until 'weir lab down'" };
    private static readonly Option<bool> _pets = new("--pets") { Description = "Deploy the pet store, and wait until it is ready" };
    private static readonly Option<int> _port = new("--port") { Description = "The API's port on 127.0.0.1; 0 takes any free one" };
    private static readonly Option<bool> _detached = new(Detached) { Hidden = true };
    private static readonly Option<bool> _resume = new(Resume) { Hidden = true };

    /// <summary>Makes the command.</summary>
    /// <param name="nodes">The option for how many nodes.</param>
    /// <param name="datapath">The option for the datapath.</param>
    /// <param name="run">The option for the lab's folder.</param>
    public static Command Create(Option<int> nodes, Option<string> datapath, Option<string?> run)
    {
        var command = new Command("up", "Start the cluster and say how to reach it; on in the foreground until Ctrl-C, or with --detach in the background")
        {
            _detach, _pets, nodes, datapath, _port, run, _detached, _resume,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_port) is < 0 or > 65535) result.AddError($"--port: {result.GetValue(_port)} is no port; give 0 to 65535.");
        });
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed,
            new LabUpRequest(parsed.GetValue(nodes), parsed.GetValue(datapath)!, parsed.GetValue(run), parsed.GetValue(_port), parsed.GetValue(_pets)) { IsDetached = parsed.GetValue(_detached), MustResume = parsed.GetValue(_resume) },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, LabUpRequest request, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            if (parsed.GetValue(_detach)) return await DetachedLab.UpAsync(request, output, error, cancellation);
            return await LabUp.RunAsync(request, output, error, cancellation);
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
}
