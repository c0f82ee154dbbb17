using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Weir.Cluster;

/// <summary>A running <c>kubectl port-forward</c>. Dispose ends it.</summary>
public sealed partial class PortForwarding : IAsyncDisposable
{
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(15);
    private readonly Process _process;

    private PortForwarding(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>The port of 127.0.0.1 that leads there.</summary>
    public int Port { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="kubectl">The program.</param>
    /// <param name="where">Which cluster and namespace: kubectl's own flags, such as <c>--context a -n kube-system</c>.</param>
    /// <param name="target">Such as <c>svc/hubble-relay</c>.</param>
    /// <param name="ports">The local port and the target's, such as <c>:443</c> for any free local port.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">There is no such program, or it does not come to listen; the message has what kubectl says.</exception>
    public static async Task<PortForwarding> StartAsync(string kubectl, IEnumerable<string> where, string target, string ports, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(kubectl, [.. where, "port-forward", target, "--address", "127.0.0.1", ports])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Run(start);
        var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_longestStart);
        try
        {
            // "Forwarding from 127.0.0.1:34567 -> 4245"
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (Listening().Match(line) is not { Success: true } match) continue;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // it tells of each connection, and must not stop at a full pipe
                return new PortForwarding(process, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
            }

            throw new IOException($"kubectl port-forward {target} ended: {(await complaint).Trim()}");
        }
        catch (Exception e)
        {
            await EndAsync(process);
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new IOException($"kubectl port-forward {target} does not listen after {_longestStart.TotalSeconds:0} s.", e);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => EndAsync(_process);

    private static Process Run(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{start.FileName} could not be started ({e.Message}): forwarding a port takes a kubectl on the PATH.", e);
        }
    }

    private static async ValueTask EndAsync(Process process)
    {
        using (process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [GeneratedRegex(@"^Forwarding from 127\.0\.0\.1:([0-9]+) ")]
    private static partial Regex Listening();
}
