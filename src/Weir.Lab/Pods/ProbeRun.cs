using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Lab.Pods;

/// <summary>Tries a probe from inside the pod, where no policy stands in its way.</summary>
internal static class ProbeRun
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether it holds.</summary>
    public static async Task<bool> TryAsync(ProbeSpec probe, IPodSandbox sandbox, CancellationToken cancellation)
    {
        var address = sandbox.Addresses[0];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        try
        {
            await using var stream = await sandbox.ConnectAsync(new IPEndPoint(address, probe.Port), patience.Token);
            if (probe.HttpPath is null) return true;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {probe.HttpPath} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: kube-probe\r\nConnection: close\r\n\r\n"), patience.Token);
            using var reader = new StreamReader(stream);

            // "HTTP/1.1 200 OK": 2 and 3 hold.
            return await reader.ReadLineAsync(patience.Token) is { Length: > 9 } line && (line[9] is '2' or '3');
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}
