using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Weir.Cli;

/// <summary>Runs what the user typed; what no command understands gives one sentence and exit code 2.</summary>
internal static class CommandRun
{
    /// <summary>The exit code of a command that could not be done as typed.</summary>
    public const int Misused = 2;

    /// <summary>Parses and runs.</summary>
    public static Task<int> RunAsync(Command root, string[] args, InvocationConfiguration configuration)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is not ParseErrorAction) return parsed.InvokeAsync(configuration);
        var name = NameOf(parsed.CommandResult);
        configuration.Error.WriteLine($"{name}: {Sentence(parsed.Errors[0].Message)} See '{name} --help'.");
        return Task.FromResult(Misused);
    }

    // Some messages list what is allowed, each on a line of its own.
    private static string Sentence(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 1 ? $"{lines[0]} {string.Join(", ", lines[1..])}." : message;
    }

    private static string NameOf(CommandResult result)
    {
        // Not the root's own name: that is what the process was started by, which may be dotnet.
        List<string> names = [];
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: not RootCommand } command) names.Insert(0, command.Command.Name);
        }

        return string.Join(' ', names.Prepend("weir"));
    }
}
