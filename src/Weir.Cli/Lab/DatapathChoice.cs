using Weir.Lab;
using Weir.Linux;

namespace Weir.Cli.Lab;

/// <summary>Whether this machine can have a lab of real pods.</summary>
internal static class DatapathChoice
{
    /// <summary>Why it cannot, in a sentence; null when it can.</summary>
    public static string? WhyNotReal(LabOptions options)
    {
        if (!OperatingSystem.IsLinux()) return "real pods need Linux's namespaces and eBPF, and this is another system.";
        if (!ProcessLife.IsRoot) return "real pods need root, to make network namespaces and containers; run it with sudo.";
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "weir.bpf.o")))
            return "the eBPF programs were not built, for want of a clang; install clang-19 and libbpf-dev, and build again.";
        if (options.Missing is { } missing) return missing;
        return NamespaceRefusal();
    }

    /// <summary>Tries it: what a container's seccomp filter or capabilities forbid shows only so.</summary>
    private static string? NamespaceRefusal()
    {
        var folder = Directory.CreateTempSubdirectory("weir-try-");
        var path = Path.Combine(folder.FullName, "net");
        try
        {
            using var made = NetworkNamespace.Create(path);
            return null;
        }
        catch (LinuxException e)
        {
            return $"this machine allows no network namespaces ({e.Message}).";
        }
        finally
        {
            NetworkNamespace.Delete(path);
            folder.Delete(recursive: true);
        }
    }
}
