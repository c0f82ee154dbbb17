namespace Weir.Lab.Simulated;

/// <summary>How to build a simulated lab.</summary>
public sealed record SimulatedLabOptions
{
    /// <summary>The folder of its sockets and files, which this user may write. Short: paths of Unix sockets below it may be 107 bytes long.</summary>
    public required string RunFolder { get; init; }

    /// <summary>How many nodes. Default 2; from 1 to 9.</summary>
    public int Nodes { get; init; } = 2;

    /// <summary>The command line of a watchdog, as in <see cref="LabOptions.WatchdogCommand"/>. Null starts none: then the next start sweeps.</summary>
    public IReadOnlyList<string>? WatchdogCommand { get; init; }

    /// <summary>The API's port on loopback, as in <see cref="LabOptions.FrontPort"/>.</summary>
    public int? FrontPort { get; init; }

    /// <summary>Whether the cluster's state is on disk, as in <see cref="LabOptions.IsKept"/>. Pods live in the process and start anew.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether to give up where there is nothing to go on with, as in <see cref="LabOptions.MustResume"/>.</summary>
    public bool MustResume { get; init; }

    /// <summary>What is wrong, as sentences; none when the lab can be tried.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Nodes is < 1 or > 9) yield return $"Nodes is {Nodes}; give 1 to 9.";
        if (RunFolder.Length > 80) yield return $"RunFolder {RunFolder} is {RunFolder.Length} characters long; give at most 80, since the paths of Unix sockets below it must fit 107.";
    }
}
