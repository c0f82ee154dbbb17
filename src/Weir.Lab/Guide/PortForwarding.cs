using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Weir.Lab.Guide;

/// <summary>A running <c>kubectl port-forward</c>. Dispose ends it.</summary>
internal sealed partial class PortForwarding : IAsyncDisposable
{
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(15);
    private readonly Process _process;

    private PortForwarding(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>The port of 127.0.0.1 that leads there.</summary>
    public int Port { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="kubectl">The program.</param>
    /// <param name="kubeconfig">The cluster.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="target">Such as <c>svc/hubble-relay</c>, whose port 443 is forwarded.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LabException">It does not come to listen; the message has what kubectl says.</exception>
    public static async Task<PortForwarding> StartAsync(string kubectl, string kubeconfig, string ns, string target, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(kubectl, ["--kubeconfig", kubeconfig, "port-forward", "-n", ns, target, "--address", "127.0.0.1", ":443"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
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

            throw new LabException($"kubectl port-forward {target} ended: {(await complaint).Trim()}");
        }
        catch (Exception e)
        {
            await EndAsync(process);
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new LabException($"kubectl port-forward {target} does not listen after {_longestStart.TotalSeconds:0} s.", e);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => EndAsync(_process);

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
