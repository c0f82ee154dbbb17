using System.CommandLine;

namespace Weir.Cli.Policy;

/// <summary><c>weir policy</c>: tools for those who write policies; none of them changes anything.</summary>
internal static class PolicyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("policy", "Check, test and explain network policies, before or after they are applied")
    {
        CheckCommand.Create(), TestCommand.Create(), ExplainCommand.Create(), MatrixCommand.Create(),
    };

    /// <summary>Runs a command; what cannot be done as typed gives one sentence and exit code 2.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (UsageException e)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"weir policy {parsed.CommandResult.Command.Name}: {e.Message}");
            return CommandRun.Misused;
        }
        catch (OperationCanceledException e)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"weir policy {parsed.CommandResult.Command.Name}: {(e.InnerException is TimeoutException ? "the cluster did not answer in time." : "stopped.")}");
            return e.InnerException is TimeoutException ? CommandRun.Misused : 130;
        }
    }
}
