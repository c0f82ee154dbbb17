using System.Diagnostics;
using Weir.Kernel.Network;
using Weir.Proxy;

namespace Weir.Kernel.Proxy;

/// <summary><c>weir proxy</c> of one node of a test, as a process inside the node's namespace, known to the node's datapath.</summary>
internal sealed class RelayProcess : IDisposable
{
    private readonly DirectoryInfo _run = Directory.CreateTempSubdirectory($"weirtest{Environment.ProcessId}-proxy");
    private readonly Process _process;

    public RelayProcess(TestNode node)
    {
        var weir = Path.Combine(AppContext.BaseDirectory, "weir.dll");
        _process = Process.Start(new ProcessStartInfo("nsenter", [$"--net=/run/netns/{node.Namespace.Name}", "--", "dotnet", weir, "proxy", "--run", _run.FullName])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            Ports = WaitForPorts();
            node.Datapath.SetProxyPorts(Ports.TcpPort, Ports.UdpPort);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ProxyPorts Ports { get; }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        _run.Delete(recursive: true);
    }

    private ProxyPorts WaitForPorts()
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < TimeSpan.FromSeconds(30))
        {
            if (ProxyPorts.TryRead(_run.FullName) is { } ports) return ports;
            if (_process.WaitForExit(50)) break;
        }

        if (!_process.HasExited) Kill();
        throw new InvalidOperationException($"weir proxy did not start: {_process.StandardError.ReadToEnd()}");
    }
}
