namespace Weir.FlowLog.Node;

/// <summary>Where a node's flow log lies and how large it may grow.</summary>
public sealed record LogFileOptions
{
    /// <summary>The file. Default: where ACNS has it.</summary>
    public string Path { get; init; } = "/var/log/acns/hubble/events.log";

    /// <summary>Bytes after which the file is rotated. Default: 10 MB; from 64 KiB to 1 GiB.</summary>
    public long MaxBytes { get; init; } = 10_000_000;

    /// <summary>How many rotated files are kept. Default: 4, which with the file itself makes 50 MB; from 0 to 1000.</summary>
    public int Backups { get; init; } = 4;

    /// <summary>Everything that is wrong with the options, as sentences.</summary>
    public IEnumerable<string> Problems()
    {
        if (Path.Length == 0) yield return "The flow log's path is empty; give a file.";
        if (MaxBytes is < 65_536 or > 1_073_741_824) yield return $"The flow log's size is {MaxBytes} bytes; give 65536 to 1073741824.";
        if (Backups is < 0 or > 1000) yield return $"The flow log keeps {Backups} rotated files; give 0 to 1000.";
    }
}
