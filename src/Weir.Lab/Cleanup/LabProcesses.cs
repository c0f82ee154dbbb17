using Weir.Linux;

namespace Weir.Lab.Cleanup;

/// <summary>The processes that a lab started and that still run.</summary>
public static class LabProcesses
{
    private const int LongestCommand = 60;

    /// <summary>Each with its command line, shortened, in the order of their start.</summary>
    /// <param name="runFolder">The lab's folder.</param>
    public static IReadOnlyList<(int Id, string Command)> Of(string runFolder)
    {
        var found = new List<(int, string)>();
        foreach (var line in LabJournal.Read(runFolder))
        {
            if (line is not ["process", var id, var start]
                || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                || !long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var startedAt)
                || !ProcessLife.IsAlive(pid, startedAt)) continue;
            found.Add((pid, CommandOf(pid)));
        }

        return found;
    }

    private static string CommandOf(int pid)
    {
        try
        {
            // What it is, without the paths of the program and of what runs it: "weir agent --node node1 ...".
            var words = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).TrimEnd('\0').Split('\0');
            var first = words[0].EndsWith("/dotnet", StringComparison.Ordinal) && words.Length > 1 ? 1 : 0;
            var text = string.Join(' ', words[(first + 1)..].Prepend(Path.GetFileNameWithoutExtension(words[first])));
            return text.Length > LongestCommand ? text[..LongestCommand] + "..." : text;
        }
        catch (IOException)
        {
            return "";
        }
    }
}
