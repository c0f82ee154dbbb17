using System.CommandLine;

namespace Weir.Cli.Hubble;

/// <summary><c>weir completion</c>: a script that lets a shell complete what is typed. The program itself answers what comes next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # weir completion bash > /etc/bash_completion.d/weir
        _weir() {
            local IFS=$'\n'
            mapfile -t COMPREPLY < <(weir "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _weir weir

        """;

    private const string Zsh = """
        #compdef weir
        # weir completion zsh > "${fpath[1]}/_weir"
        _weir() {
            local -a completions
            completions=("${(@f)$(weir "[suggest:$((CURSOR))]" "$BUFFER" 2>/dev/null)}")
            compadd -a completions
        }
        compdef _weir weir

        """;

    private const string Fish = """
        # weir completion fish > ~/.config/fish/completions/weir.fish
        complete -c weir -f -a '(weir "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'

        """;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes weir's commands and flags in a shell") { shell };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return 0;
        });
        return command;
    }
}
