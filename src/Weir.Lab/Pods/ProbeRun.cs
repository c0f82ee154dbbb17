using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Weir.Lab.Pods;

/// <summary>Tries a probe from inside the pod, where no policy stands in its way.</summary>
internal static class ProbeRun
{
    private const int MostOutput = 10 * 1024;

    /// <summary>Tries it once.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="sandbox">The pod's network.</param>
    /// <param name="execute">Runs a command in the container.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ProbeResult> TryAsync(
        ProbeSpec probe, IPodSandbox sandbox, Func<IReadOnlyList<string>, Task<ContainerSession>> execute, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(probe.Timeout);
        var address = new IPEndPoint(sandbox.Addresses[0], probe.Port);
        var url = $"Get \"{(probe.UsesTls ? "https" : "http")}://{address}{probe.HttpPath}\": ";
        try
        {
            if (probe.Command is not null) return await CommandAsync(probe.Command, execute, patience.Token);
            await using var stream = await sandbox.ConnectAsync(address, patience.Token);
            if (probe.HttpPath is null) return ProbeResult.Success;
            if (!probe.UsesTls) return await GetAsync(probe, url, address, stream, patience.Token);
            await using var secured = await SecureAsync(stream, address, patience.Token);
            return await GetAsync(probe, url, address, secured, patience.Token);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return ProbeResult.Failure(probe switch
            {
                { Command: not null } => $"command timed out: \"{string.Join(' ', probe.Command)}\" timed out after {probe.Timeout.TotalSeconds:0}s",
                { HttpPath: not null } => url + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                _ => $"dial tcp {address}: i/o timeout",
            });
        }
        catch (Exception e) when (e is SocketException or IOException or LabException or AuthenticationException)
        {
            if (e is AuthenticationException) return ProbeResult.Failure(url + "tls: " + e.Message);
            var why = e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "connect: connection refused" : e.Message;
            return ProbeResult.Failure(probe.Command is not null ? why : (probe.HttpPath is null ? "" : url) + $"dial tcp {address}: {why}");
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "A kubelet takes any certificate from the pod that it probes.")]
    private static async Task<SslStream> SecureAsync(Stream stream, IPEndPoint address, CancellationToken cancellation)
    {
        var secured = new SslStream(stream, leaveInnerStreamOpen: true, (_, _, _, _) => true);
        try
        {
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Address.ToString() }, cancellation);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    private static async Task<ProbeResult> GetAsync(ProbeSpec probe, string url, IPEndPoint address, Stream stream, CancellationToken cancellation)
    {
        var own = string.Concat(probe.Headers.Where(h => !h.Name.Equals("host", StringComparison.OrdinalIgnoreCase)).Select(h => $"{h.Name}: {h.Value}\r\n"));
        var host = probe.Headers.FirstOrDefault(h => h.Name.Equals("host", StringComparison.OrdinalIgnoreCase)).Value ?? address.ToString();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {probe.HttpPath} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: kube-probe/1.32\r\nAccept: */*\r\n{own}Connection: close\r\n\r\n"), cancellation);
        using var reader = new StreamReader(stream);

        // "HTTP/1.1 200 OK": 2 and 3 hold.
        if (await reader.ReadLineAsync(cancellation) is not { Length: >= 12 } line) return ProbeResult.Failure(url + "EOF");
        return line[9] is '2' or '3' ? ProbeResult.Success : ProbeResult.Failure($"HTTP probe failed with statuscode: {line[9..12]}");
    }

    private static async Task<ProbeResult> CommandAsync(IReadOnlyList<string> command, Func<IReadOnlyList<string>, Task<ContainerSession>> execute, CancellationToken cancellation)
    {
        await using var session = await execute(command);
        session.CloseInput();
        var texts = await Task.WhenAll(ReadAsync(session.Output, cancellation), ReadAsync(session.Error ?? Stream.Null, cancellation));
        return await session.WaitAsync(cancellation) == 0 ? ProbeResult.Success : ProbeResult.Failure(string.Concat(texts));
    }

    private static async Task<string> ReadAsync(Stream from, CancellationToken cancellation)
    {
        var buffer = new byte[MostOutput];
        var length = await from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        if (length == buffer.Length) await from.CopyToAsync(Stream.Null, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
