using System.Diagnostics;
using Weir.Lab.Cleanup;
using Weir.Linux;

namespace Weir.Lab.Processes;

/// <summary>Starts the lab's processes inside its namespaces. They die with the lab, and the journal names them in case they do not.</summary>
/// <remarks>
/// All are started on one thread that lives as long as the lab: the kernel sends the signal that <c>setpriv --pdeathsig</c> asks for
/// when the starting thread ends.
/// </remarks>
public sealed class ProcessStarter(LabJournal journal) : IDisposable
{
    private readonly NamespaceThread _thread = new("lab-processes");

    /// <summary>Starts a process with all three standard streams redirected.</summary>
    /// <param name="inside">Its network namespace; null is the machine's own.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="dieWithLab">Whether the kernel kills it when the lab dies; false for what ends by itself at once.</param>
    /// <param name="environment">Variables to add.</param>
    public async Task<Process> StartAsync(
        NetworkNamespace? inside, IReadOnlyList<string> command, bool dieWithLab = true, IReadOnlyDictionary<string, string>? environment = null)
    {
        IReadOnlyList<string> whole = dieWithLab ? ["setpriv", "--pdeathsig", "KILL", "--", .. command] : command;
        var start = new ProcessStartInfo(whole[0], whole.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = await _thread.RunAsync(inside, () => Process.Start(start)!);
        if (dieWithLab) journal.AddProcess(process.Id);
        return process;
    }

    /// <summary>Starts a process that outlives the lab's own, in the machine's namespace; a sweep ends it.</summary>
    public async Task<Process> StartKeeperAsync(IReadOnlyList<string> command)
    {
        var process = await StartAsync(null, command, dieWithLab: false);
        journal.AddKeeper(process.Id);
        return process;
    }

    /// <summary>Ends the thread; what was to die with the lab is killed by the kernel now.</summary>
    public void Dispose() => _thread.Dispose();
}
