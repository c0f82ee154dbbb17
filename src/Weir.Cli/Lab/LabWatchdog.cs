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

    /// <summary>Makes the command, which no help shows.</summary>
    public static Command Create()
    {
        var command = new Command(Name) { _run, _pid, _started };
        command.Hidden = true;
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            var left = await LabDown.AfterAsync(
                parsed.GetValue(_pid), parsed.GetValue(_started), parsed.GetValue(_run)!, TimeProvider.System, cancellation);
            return left.Count == 0 ? 0 : 1;
        }
        catch (LabException)
        {
            return 1; // a new lab has the folder, and has swept it
        }
    }
}
