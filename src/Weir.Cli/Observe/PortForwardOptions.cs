using System.CommandLine;
using System.Globalization;
using Weir.Cluster;

namespace Weir.Cli.Observe;

/// <summary>The flags that reach a cluster's relay through its Kubernetes API, with Hubble's names.</summary>
internal sealed class PortForwardOptions
{
    private const string Relay = "svc/hubble-relay", RelayPort = "443";

    private readonly Option<bool> _forward = new("--port-forward", "-P") { Description = "Reach the relay of the cluster by forwarding a port of this machine (needs kubectl)" };
    private readonly Option<ushort?> _port = new("--port-forward-port") { Description = "The port of this machine; 0 for any (4245)" };
    private readonly Option<string?> _context = new("--kube-context") { Description = "The context of the kubeconfig" };
    private readonly Option<string?> _namespace = new("--kube-namespace") { Description = "The namespace of the relay (kube-system)" };
    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "The kubeconfig; else what kubectl uses" };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_forward, _port, _context, _namespace, _kubeconfig];

    /// <summary>Forwards a port where that is asked for; null where it is not.</summary>
    /// <exception cref="UsageException">The port in the settings is none.</exception>
    /// <exception cref="IOException">kubectl is missing, or cannot forward; the message says why.</exception>
    public async Task<PortForwarding?> StartAsync(ParseResult parsed, Settings settings, CancellationToken cancellation)
    {
        if (!parsed.GetValue(_forward) && settings.One("port-forward") != "true") return null;
        var text = settings.One("port-forward-port");
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) throw new UsageException($"port-forward-port: '{text}' is no port.");
        port = parsed.GetValue(_port) ?? port;
        List<string> where = ["-n", parsed.GetValue(_namespace) ?? settings.One("kube-namespace")];
        if ((parsed.GetValue(_context) ?? settings.One("kube-context")) is { Length: > 0 } context) where.AddRange(["--context", context]);
        if ((parsed.GetValue(_kubeconfig) ?? settings.One("kubeconfig")) is { Length: > 0 } kubeconfig) where.AddRange(["--kubeconfig", kubeconfig]);
        var local = port == 0 ? "" : port.ToString(CultureInfo.InvariantCulture);
        return await PortForwarding.StartAsync("kubectl", where, Relay, $"{local}:{RelayPort}", cancellation);
    }
}
