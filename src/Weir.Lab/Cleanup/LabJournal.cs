using Weir.Linux;

namespace Weir.Lab.Cleanup;

/// <summary>What the lab made outside its folder, written down before or as it is made: processes and cgroups. The folder itself shows the rest.</summary>
/// <remarks>One line a thing: <c>process PID START</c>, <c>keeper PID START</c>, <c>cgroup NAME</c>. Lines are only added; a process that ended is recognised by its start.</remarks>
public sealed class LabJournal
{
    private readonly string _path;
    private readonly Lock _writing = new();

    /// <summary>Opens the journal of a lab's folder, which exists.</summary>
    public LabJournal(string runFolder) => _path = PathOf(runFolder);

    /// <summary>Notes a process that dies with the lab's.</summary>
    public void AddProcess(int pid) => Add("process", pid);

    /// <summary>Notes a process that goes on without the lab's: a lab that is started again takes it over.</summary>
    public void AddKeeper(int pid) => Add("keeper", pid);

    /// <summary>Notes a cgroup of this name, in whatever hierarchies there are.</summary>
    public void AddCgroup(string name) => Add($"cgroup {name}");

    internal static string PathOf(string runFolder) => Path.Combine(runFolder, "journal");

    /// <summary>The processes of a kind that still run.</summary>
    /// <param name="runFolder">The lab's folder.</param>
    /// <param name="kinds"><c>process</c>, <c>keeper</c> or both.</param>
    internal static IEnumerable<(int Pid, long StartedAt)> Alive(string runFolder, params IEnumerable<string> kinds)
    {
        foreach (var line in Read(runFolder))
        {
            // The id may belong to someone else by now; the start tells.
            if (line is [var kind, var pidText, var startText] && kinds.Contains(kind)
                && int.TryParse(pidText, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && long.TryParse(startText, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                && ProcessLife.IsAlive(pid, start)) yield return (pid, start);
        }
    }

    /// <summary>The lines of the journal as words; a line that was cut by a crash is left out.</summary>
    internal static IEnumerable<string[]> Read(string runFolder)
    {
        var path = PathOf(runFolder);
        if (!File.Exists(path)) yield break;
        foreach (var line in File.ReadAllText(path).Split('\n').SkipLast(1)) yield return line.Split(' ');
    }

    private void Add(string what, int pid)
    {
        var startedAt = ProcessLife.StartedAt(pid);
        if (startedAt != 0) Add(string.Create(CultureInfo.InvariantCulture, $"{what} {pid} {startedAt}"));
    }

    private void Add(string line)
    {
        lock (_writing) File.AppendAllText(_path, line + "\n");
    }
}
