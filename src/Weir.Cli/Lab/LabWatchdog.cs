using System.CommandLine;
using Weir.Lab;
using Weir.Lab.Cleanup;

namespace Weir.Cli.Lab;

/// <summary><c>weir lab watchdog</c>, which a lab starts for itself: waits for the lab's process to end and takes away what it left.</summary>
internal static class LabWatchdog
{
    /// <summary>The command's name.</summary>
    public const string Name = "watchdog";

    private static readonly Option<string> _run = new("--run") { Required = true };
    private static readonly Option<int> _pid = new("--pid") { Required = true };
    private static readonly Option<long> _started = new("--started") { Required = true };
    private static readonly Option<string[]> _again = new("--again") { AllowMultipleArgumentsPerToken = false };

    /// <summary>The command line of the watchdog of a lab that is to be started again when it was killed.</summary>
    /// <param name="request">What the lab is.</param>
    public static IReadOnlyList<string> StartingAgain(LabUpRequest request) =>
        [.. LabFiles.Self(), "lab", Name, .. request.Arguments().Append(LabUpCommand.Resume).Select(argument => $"--again={argument}")];

    /// <summary>Makes the command, which no help shows.</summary>
    public static Command Create()
    {
        var command = new Command(Name) { _run, _pid, _started, _again };
        command.Hidden = true;
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var run = parsed.GetValue(_run)!;
            var again = parsed.GetValue(_again) is { Length: > 0 } arguments ? () => DetachedLab.Start(arguments, LabLog.PathOf(run)).Dispose() : (Action?)null;
            var left = await LabDown.AfterAsync(
                parsed.GetValue(_pid), parsed.GetValue(_started), run, again, TimeProvider.System, cancellation);
            return left.Count == 0 ? 0 : 1;
        }
        catch (LabException)
        {
            return 1; // a new lab has the folder, and has swept it
        }
    }
}
