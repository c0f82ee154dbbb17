using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Kubectl;

/// <summary>One command that people type, and what must come of it.</summary>
/// <param name="Section">The heading that it stands under.</param>
/// <param name="Shown">The command, as the table shows it.</param>
public sealed record KubectlLine(string Section, string Shown)
{
    /// <summary>What the shell runs.</summary>
    public string Script { get; init; } = Shown;

    /// <summary>What it must print, both streams together.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>The exit code.</summary>
    public int Code { get; init; }

    /// <summary>The minor version of the oldest client that has the command.</summary>
    public int OldestClient { get; init; }

    /// <summary>Whether it shows what others do in their own time, and so is asked again for a while.</summary>
    public bool Settles { get; init; }

    /// <summary>Whether simulated pods cannot do it: they run the lab's probes and no other program.</summary>
    public bool NeedsRealPods { get; init; }

    /// <summary>In what it differs from a real cluster; empty when in nothing.</summary>
    public string Difference { get; init; } = "";

    /// <summary>A note for the reader.</summary>
    public string Note { get; init; } = "";

    /// <summary>Reads <c>commands.txt</c>, whose head says the form.</summary>
    public static IReadOnlyList<KubectlLine> ReadAll(string text)
    {
        var lines = new List<KubectlLine>();
        var section = "";
        foreach (var row in text.Split('\n').Select(r => r.TrimEnd()).Where(r => r.Length > 2))
        {
            var rest = row[2..].Trim();
            switch (row[..2])
            {
                case "##":
                    section = rest;
                    break;
                case "$ ":
                    lines.Add(new KubectlLine(section, rest));
                    break;
                case ": ":
                    lines[^1] = lines[^1] with { Script = rest };
                    break;
                case "= ":
                    lines[^1] = lines[^1] with { Patterns = [.. lines[^1].Patterns, rest] };
                    break;
                case "! ":
                    lines[^1] = lines[^1] with { Code = int.Parse(rest, CultureInfo.InvariantCulture) };
                    break;
                case "> ":
                    lines[^1] = lines[^1] with { OldestClient = int.Parse(rest, CultureInfo.InvariantCulture) };
                    break;
                case "% ":
                    lines[^1] = lines[^1] with { Settles = true };
                    break;
                case "@ ":
                    lines[^1] = lines[^1] with { NeedsRealPods = true, Note = rest };
                    break;
                case "~ ":
                    lines[^1] = lines[^1] with { Difference = rest };
                    break;
                case "- ":
                    lines[^1] = lines[^1] with { Note = rest };
                    break;
                case "# ":
                    break;
                default:
                    throw new FormatException($"commands.txt: '{row}' starts with none of ## $ : = ! > % @ ~ - #");
            }
        }

        return lines;
    }

    /// <summary>Whether a run came out as it must.</summary>
    public bool Holds(int code, string output) =>
        code == Code && Patterns.All(p => Regex.IsMatch(output, p, RegexOptions.None, TimeSpan.FromSeconds(5)));
}
