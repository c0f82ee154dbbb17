using System.Reflection;
using Weir.Lab;

namespace Weir.Cli.Lab;

/// <summary>Where the lab's parts are.</summary>
internal static class LabFiles
{
    /// <summary>The folder of the one lab of this machine.</summary>
    public const string RunFolder = "/run/weir/lab";

    /// <summary>The options of a lab of real pods.</summary>
    /// <exception cref="LabException">A part is not built.</exception>
    public static LabOptions Options(int nodes) => new()
    {
        RunFolder = RunFolder,
        Nodes = nodes,
        WorkloadBinary = Native("Weir.Workloads", "weir-workload"),
        CniPlugin = Native("Weir.Cni", "weir-cni"),
        WeirCommand = Self(),
        WatchdogCommand = [.. Self(), "lab", LabWatchdog.Name],
    };

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

    private static string[] Self()
    {
        var host = Environment.ProcessPath ?? throw new LabException("The path of this program is not known.");
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, Assembly.GetExecutingAssembly().Location] : [host];
    }
}
