namespace Weir.Lab.Pods;

/// <summary>Starts a program on a pseudo terminal.</summary>
internal static class TerminalStart
{
    /// <summary>The command that runs another with a terminal as its three streams and as the one that its signals come from.</summary>
    /// <param name="terminal">The file of the terminal's far end. Who leads a session and opens it first, has it.</param>
    /// <param name="command">Program and arguments.</param>
    public static IReadOnlyList<string> Command(string terminal, IReadOnlyList<string> command) =>
        ["setsid", "sh", "-c", "exec \"$@\" <\"$0\" >\"$0\" 2>&1", terminal, .. command];
}
