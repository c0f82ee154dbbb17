using System.Globalization;
using System.Reflection;
using Weir.Lab;
using Weir.Lab.Simulated;
using Weir.Linux;

namespace Weir.Cli.Lab;

/// <summary>Where the lab's parts are.</summary>
internal static class LabFiles
{
    /// <summary>The folder of the one lab of this machine.</summary>
    public const string RunFolder = "/run/weir/lab";

    /// <summary>The options of a lab of real pods.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="runFolder">Its folder; null is <see cref="RunFolder"/>.</param>
    /// <exception cref="LabException">A part is not built.</exception>
    public static LabOptions Options(int nodes, string? runFolder = null) => new()
    {
        RunFolder = runFolder ?? RunFolder,
        Nodes = nodes,
        WorkloadBinary = Native("Weir.Workloads", "weir-workload"),
        CniPlugin = Native("Weir.Cni", "weir-cni"),
        ProxyBinary = Native("Weir.NodeProxy", "weir-proxy"),
        WeirCommand = Self(),
        WatchdogCommand = [.. Self(), "lab", LabWatchdog.Name],
    };

    /// <summary>The folders in which a lab of this user may be: the one given, else the usual ones.</summary>
    public static IReadOnlyList<string> RunFolders(string? given) =>
        given is not null ? [Path.GetFullPath(given)]
        : ProcessLife.IsRoot ? [RunFolder, SimulatedRunFolder] // only root can have a lab of real pods
        : [SimulatedRunFolder];

    /// <summary>The command line of this program.</summary>
    /// <exception cref="LabException">Its path is not known.</exception>
    public static IReadOnlyList<string> Self()
    {
        var host = Environment.ProcessPath ?? throw new LabException("The path of this program is not known.");
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, Assembly.GetExecutingAssembly().Location] : [host];
    }

    /// <summary>The folder of this user's simulated lab.</summary>
    public static string SimulatedRunFolder =>
        ProcessLife.IsRoot ? "/run/weir/simulated"
        : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 and < 60 } own && Directory.Exists(own) ? Path.Combine(own, "weir/lab")
        : string.Create(CultureInfo.InvariantCulture, $"/tmp/weir-{ProcessLife.UserId}/lab");

    /// <summary>The options of a simulated lab; makes the folder that its own is in, for this user alone.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="runFolder">Its folder; null is <see cref="SimulatedRunFolder"/>.</param>
    /// <exception cref="LabException">Somebody else has that folder.</exception>
    public static SimulatedLabOptions SimulatedOptions(int nodes, string? runFolder = null)
    {
        var parent = Path.GetDirectoryName(runFolder ?? SimulatedRunFolder)!;
        try
        {
            const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            var folder = Directory.CreateDirectory(parent, OwnerAlone);
            if (folder.LinkTarget is not null) throw new LabException($"{parent} is a link; remove it, the lab's folder is made there.");

            // Where everybody may write, another user may have been first; only the owner may set a mode.
            if (!ProcessLife.IsRoot && runFolder is null) File.SetUnixFileMode(parent, OwnerAlone);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"The lab's folder cannot be made in {parent}: {e.Message} Set XDG_RUNTIME_DIR to a folder of yours.", e);
        }

        return new SimulatedLabOptions
        {
            RunFolder = runFolder ?? SimulatedRunFolder,
            Nodes = nodes,

            // It tells processes apart by /proc; elsewhere the next start sweeps.
            WatchdogCommand = OperatingSystem.IsLinux() && File.Exists("/usr/bin/setsid") ? [.. Self(), "lab", LabWatchdog.Name] : null,
        };
    }

    /// <summary>The text of a manifest that is shipped inside the program.</summary>
    public static string Sample(string name)
    {
        using var stream = typeof(LabCluster).Assembly.GetManifestResourceStream(name)
            ?? throw new LabException($"The program was built without the sample {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // In the build's folder of native programs, else in a folder of theirs beside the program where it is installed. Not in
    // the program's own folder: the build puts a host of the same name there that needs the framework, which no pod has.
    private static string Native(string project, string name)
    {
        string[] places =
        [
            Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../publish", project, "release_linux-x64", name)),
            Path.Combine(AppContext.BaseDirectory, "native", name),
        ];
        return Array.Find(places, File.Exists) ?? places[0];
    }
}
