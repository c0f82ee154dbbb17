using System.CommandLine;
using Weir.Cli;
using Weir.Cli.Policy;
using Weir.Unit.Architecture;
using Xunit;

namespace Weir.Unit.Cli;

/// <summary>The command inside the test's process, for what needs no process of its own.</summary>
internal static class WeirCommand
{
    /// <summary>The path of one of the samples that the pages show.</summary>
    public static string Sample(string name) => Path.Combine(Repository.Root, "samples", "policy", name);

    /// <summary>Runs <c>weir policy</c> with these arguments.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> PolicyAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await CommandRun.RunAsync(
            new RootCommand { PolicyCommand.Create() },
            ["policy", .. arguments],
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        return (code, output.ToString(), error.ToString());
    }
}
