using Weir.Lab.Api;
using Weir.Lab.Cleanup;

namespace Weir.Lab;

/// <summary>How to build a lab.</summary>
public sealed record LabOptions
{
    /// <summary>The folder that holds everything the lab makes. Default: /run/weir/lab. Short: Unix sockets below it may be 107 bytes long.</summary>
    public string RunFolder { get; init; } = "/run/weir/lab";

    /// <summary>How many nodes. Default 2; from 1 to 9.</summary>
    public int Nodes { get; init; } = 2;

    /// <summary>The native binary of the pods' programs, <c>weir-workload</c>.</summary>
    public required string WorkloadBinary { get; init; }

    /// <summary>The native binary of the CNI plugin, <c>weir-cni</c>.</summary>
    public required string CniPlugin { get; init; }

    /// <summary>The command line that starts <c>weir</c>, to which <c>agent ...</c> and <c>proxy ...</c> are appended; null starts neither.</summary>
    public IReadOnlyList<string>? WeirCommand { get; init; }

    /// <summary>
    /// The native binary of a node's proxy, <c>weir-proxy</c>, which is back within milliseconds when it was killed. Null, or where there is no
    /// such file, <see cref="WeirCommand"/> serves as proxy too.
    /// </summary>
    public string? ProxyBinary { get; init; }

    /// <summary>Further arguments of each node's agent. Default: none.</summary>
    public IReadOnlyList<string> AgentArguments { get; init; } = [];

    /// <summary>Whether each node has a proxy beside its agent. Default: yes; without one, what policy wants checked is dropped.</summary>
    public bool UseProxies { get; init; } = true;

    /// <summary>
    /// The command line of a watchdog, to which <c>--run FOLDER --pid PID --started TICKS</c> is appended. It waits for the lab's process to
    /// end and calls <see cref="LabDown.AfterAsync"/>, so that also a lab that was killed leaves nothing. Null starts none: then the next
    /// start sweeps.
    /// </summary>
    public IReadOnlyList<string>? WatchdogCommand { get; init; }

    /// <summary>The API's port on loopback, with a kubeconfig and ways to what else the lab serves (<see cref="Front.LabFront"/>); 0 takes any free one. Null serves nothing there.</summary>
    public int? FrontPort { get; init; }

    /// <summary>
    /// Whether the cluster's state is on disk, and a lab that is started in the folder of one that was killed goes on where that one was:
    /// with its objects, its namespaces, and the pods that still run. Default: no, each starts empty.
    /// </summary>
    public bool IsKept { get; init; }

    /// <summary>Whether to give up where there is nothing to go on with. Default: no, then a lab starts empty.</summary>
    public bool MustResume { get; init; }

    /// <summary>Told the API server before it starts: the place to add judges of writes. Null adds none.</summary>
    public Action<ApiServer>? ConfigureApi { get; init; }

    /// <summary>The shell of the pods: one that looks programs up in PATH. Default: dash, since Debian's BusyBox runs its own applets first.</summary>
    public string Shell { get; init; } = "/bin/dash";

    /// <summary>The BusyBox that gives the pods their other programs. Linked statically.</summary>
    public string BusyBox { get; init; } = "/bin/busybox";

    /// <summary>What this machine lacks for a lab, in a sentence; null when nothing is known to be missing.</summary>
    public string? Missing => MissingFiles().FirstOrDefault();

    /// <summary>What is wrong, as sentences; none when the lab can be tried.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Nodes is < 1 or > 9) yield return $"Nodes is {Nodes}; give 1 to 9.";
        if (RunFolder.Length > 60) yield return $"RunFolder {RunFolder} is {RunFolder.Length} characters long; give at most 60, since the paths of Unix sockets below it must fit 107.";
        foreach (var missing in MissingFiles()) yield return missing;
    }

    private IEnumerable<string> MissingFiles()
    {
        foreach (var (file, remedy) in new[]
        {
            (WorkloadBinary, "publish it with 'dotnet publish src/Weir.Workloads -c Release -r linux-x64'"),
            (CniPlugin, "publish it with 'dotnet publish src/Weir.Cni -c Release -r linux-x64'"),
            (Shell, "install the package dash"),
            (BusyBox, "install the package busybox-static"),
            ("/usr/bin/setpriv", "install the package util-linux"),
        })
        {
            if (!File.Exists(file)) yield return $"There is no {file}; {remedy}.";
            else if (File.Exists(file + ".dll")) yield return $"{file} needs .NET to run, and pods have none; {remedy}.";
        }

        if (!File.Exists("/usr/sbin/runc") && !File.Exists("/usr/bin/runc")) yield return "There is no runc; install the package runc.";
    }
}
