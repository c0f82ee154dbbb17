using System.Diagnostics;
using System.Net.NetworkInformation;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>Listens on every interface of the machine's own network namespace for packets from or to an address of the lab.</summary>
public sealed class MachineCapture : IAsyncDisposable
{
    private const string LabAddresses =
        "net 192.168.0.0/16 or net 172.18.0.0/24 or net 198.51.100.0/24 or net 203.0.113.0/24 or net 10.0.0.0/16 " +
        "or host 13.107.21.237 or host 23.192.18.101 or host 20.190.152.88 or host 23.45.149.11 or host 140.82.112.6 or host 142.250.72.14 " +
        "or net fd00:172:18::/64 or net fd00:192:168::/48 or net fd00:10::/108 or net 2001:db8::/32";

    private readonly string _file;
    private readonly Process _process;

    private MachineCapture(Process process, string file) => (_process, _file) = (process, file);

    /// <summary>Starts to listen; null where there is no tcpdump.</summary>
    public static async Task<MachineCapture?> StartAsync()
    {
        if (!File.Exists("/usr/bin/tcpdump")) return null;
        var file = Path.GetTempFileName();
        var start = new ProcessStartInfo("/usr/bin/tcpdump", ["-i", "any", "-p", "-n", "-U", "-Z", "root", "-w", file, Expression()]) { RedirectStandardError = true };
        var process = Process.Start(start)!;
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal)) return new MachineCapture(process, file);
        }

        throw new InvalidOperationException("tcpdump ended before it listened");
    }

    // What the machine itself says from its own addresses, and what its neighbours call out, is not the lab's even where the
    // machine's network happens to use the same private range.
    private static string Expression()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => $" and not host {a.Address.ToString().Split('%')[0]}");
        return $"({LabAddresses}) and not dst net 224.0.0.0/4 and not dst net ff00::/8 and not dst host 255.255.255.255{string.Concat(own)}";
    }

    /// <summary>Stops listening, and fails when anything was heard.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var stop = Process.Start("kill", ["-INT", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
        using var read = Process.Start(new ProcessStartInfo("/usr/bin/tcpdump", ["-n", "-c", "5", "-r", _file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var heard = await read.StandardOutput.ReadToEndAsync();
        await read.WaitForExitAsync();
        File.Delete(_file);
        Assert.True(heard.Length == 0, $"packets of the lab were seen on the machine's own interfaces:\n{heard}");
    }
}
