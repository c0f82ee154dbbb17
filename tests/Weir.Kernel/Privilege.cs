using System.Globalization;
using Xunit;

namespace Weir.Kernel;

/// <summary>What kernel tests need of the machine.</summary>
internal static class Privilege
{
    private const int NetAdmin = 12, SysAdmin = 21, Bpf = 39;

    /// <summary>Skips the test, with the reason, where the machine does not let it run.</summary>
    public static void Require()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Kernel tests run on Linux.");
        foreach (var (bit, name) in new[] { (NetAdmin, "CAP_NET_ADMIN"), (SysAdmin, "CAP_SYS_ADMIN"), (Bpf, "CAP_BPF") })
            Assert.SkipUnless((Effective() >> bit & 1) == 1, $"Kernel tests need {name}: run them as root.");
        Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "weir.bpf.o")), "weir.bpf.o was not built: there is no clang.");
    }

    private static ulong Effective()
    {
        const string Line = "CapEff:\t";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Line, StringComparison.Ordinal));
        return ulong.Parse(line.AsSpan(Line.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
