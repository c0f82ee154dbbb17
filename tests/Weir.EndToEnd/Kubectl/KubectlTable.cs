using System.Globalization;
using System.Text;

namespace Weir.EndToEnd.Kubectl;

/// <summary>The table in <c>docs/kubectl.md</c>.</summary>
internal static class KubectlTable
{
    /// <summary>What the table says of a command that a simulated lab cannot run.</summary>
    public const string NeedsRealPods = "real pods";

    /// <summary>What the table calls a result.</summary>
    public static string Result(KubectlLine line, bool holds) => !holds ? "not yet" : line.Difference.Length > 0 ? "differs" : "works";

    /// <summary>Writes the document.</summary>
    /// <param name="lines">The commands, with whether each came out as it must, in the newer and the older client.</param>
    public static string Write(IReadOnlyList<(KubectlLine Line, string New, string Old)> lines)
    {
        var text = new StringBuilder("""
            # kubectl and the lab

            What people type, run against a lab by a test (`tests/Weir.EndToEnd/Kubectl`) with stock clients: the one of the machine (1.30 or
            newer) against a lab of real pods, and an old one, 1.20, against a simulated lab. The test fails when a row is no longer true;
            `WEIR_WRITE_DOCS=1` makes it write this page instead.

            - **works**: as on a real cluster. **differs**: it works, and the note says what is different. **not yet**: it does not work.
            - **–**: that client has no such command, or cannot do this with any server of today.
            - **real pods**: a simulated pod runs the lab's probes and no other program, so this was not tried with that client.

            """.ReplaceLineEndings("\n"));
        foreach (var section in lines.GroupBy(l => l.Line.Section))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section.Key}\n\n| command | 1.30+ | 1.20 | note |\n|---|---|---|---|\n");
            foreach (var (line, newer, older) in section)
            {
                var note = line.Difference.Length > 0 ? line.Difference : line.Note;
                text.Append(CultureInfo.InvariantCulture, $"| `{line.Shown.Replace("|", "\\|", StringComparison.Ordinal)}` | {newer} | {older} | {note} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The results of a document, row by row.</summary>
    /// <param name="text">The document.</param>
    /// <param name="column">2 for the newer client, 3 for the older.</param>
    public static IReadOnlyList<string> Read(string text, int column) =>
        [.. text.Split('\n').Where(r => r.StartsWith("| `", StringComparison.Ordinal)).Select(r => r[(r.LastIndexOf("` |", StringComparison.Ordinal) + 1)..].Split('|')[column - 1].Trim())];
}
