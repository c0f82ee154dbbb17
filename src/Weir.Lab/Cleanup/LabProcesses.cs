namespace Weir.Lab.Cleanup;

/// <summary>The processes of a lab that still run, beside its own and those of its pods.</summary>
public static class LabProcesses
{
    private const int LongestCommand = 60;

    /// <summary>Each with its command line, shortened, in the order of their start.</summary>
    /// <param name="runFolder">The lab's folder.</param>
    public static IReadOnlyList<(int Id, string Command)> Of(string runFolder) =>
        [.. LabJournal.Alive(runFolder, "process").Select(p => (p.Pid, CommandOf(p.Pid)))];

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
