using System.Net;
using Weir.FlowLog.Node;
using Weir.Observe.Metrics;

namespace Weir.Agent;

/// <summary>How an agent runs.</summary>
public sealed record AgentOptions
{
    /// <summary>The node's name, as Kubernetes knows it.</summary>
    public required string NodeName { get; init; }

    /// <summary>The Kubernetes API: <c>unix:PATH</c>, <c>http://127.0.0.1:PORT</c>, <c>kubeconfig:PATH</c> or <c>in-cluster</c>.</summary>
    public required string Api { get; init; }

    /// <summary>The folder of its sockets (<c>agent.sock</c>, <c>observe.sock</c>) and of its files (<c>state/</c>).</summary>
    public required string RunFolder { get; init; }

    /// <summary>A bpffs mount; programs, links and maps are pinned below it.</summary>
    public required string Bpffs { get; init; }

    /// <summary>The node's uplink; empty for none.</summary>
    public string Uplink { get; init; } = "";

    /// <summary>How long a pod's start waits for its policy. Default: 30 s; from 1 s to 10 minutes.</summary>
    public TimeSpan LongestAttach { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of the kernel's ring of events, a power of two from 4,096 on; of a datapath that is taken over the ring stays as it was. Default: 8 MiB.</summary>
    public uint EventRingBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Entries of the kernel's tables by name, where not the default; see docs/datapath-sizing.md.</summary>
    public IReadOnlyDictionary<string, uint> TableEntries { get; init; } = new Dictionary<string, uint>();

    /// <summary>
    /// Whether redirected connections are handed to the proxy that runs beside the agent. Default: yes; without one, what policy wants
    /// checked is dropped.
    /// </summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>Where the flows that ContainerNetworkLogs choose are written.</summary>
    public LogFileOptions FlowLog { get; init; } = new();

    /// <summary>
    /// The hub that stores them: <c>unix:PATH</c>, <c>host:port</c>, or <c>tls://host:port</c> with the certificates of
    /// <see cref="ObserverCertificates"/>. Empty: none.
    /// </summary>
    public string Hub { get; init; } = "";

    /// <summary>Bytes of flows that the node keeps for a hub that is away. Default: 256 MB.</summary>
    public long SpoolBytes { get; init; } = 256_000_000;

    /// <summary>
    /// Where the node's flows are served by TCP, for relays: <c>address:port</c> with an address of the node, or <c>:port</c> for
    /// its first one. Empty: on the Unix socket only.
    /// </summary>
    public string ObserverAddress { get; init; } = "";

    /// <summary>A folder with <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c> for that; empty serves it without TLS.</summary>
    public string ObserverCertificates { get; init; } = "";

    /// <summary>What is measured of the node's flows.</summary>
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>Where the metrics are served by TCP, to everybody: <c>address:port</c>. Empty: on the Unix socket <c>metrics.sock</c> only.</summary>
    public string MetricsAddress { get; init; } = "";

    /// <summary>The version that is reported to clients.</summary>
    public string Version { get; init; } = "0.1.0";

    /// <summary>Everything that is wrong with the options, as sentences.</summary>
    public IEnumerable<string> Problems()
    {
        if (NodeName.Length == 0) yield return "--node is empty; give the node's name.";
        if (ObserverAddress.Length > 0 && NodeObserver.PortIn(ObserverAddress) is null)
            yield return $"--observer-address {ObserverAddress} names no port; give address:port, or :4244 for the node's first address.";
        if (ObserverCertificates.Length > 0 && !Directory.Exists(ObserverCertificates))
            yield return $"--observer-certificates {ObserverCertificates} is no folder; it should hold tls.crt, tls.key and ca.crt.";
        if (!Directory.Exists(Bpffs)) yield return $"--bpffs {Bpffs} is no folder; mount one: mount -t bpf bpf {Bpffs}.";
        if (LongestAttach < TimeSpan.FromSeconds(1) || LongestAttach > TimeSpan.FromMinutes(10))
            yield return $"The longest wait for a pod's policy is {LongestAttach}; give 1 second to 10 minutes.";
        foreach (var problem in FlowLog.Problems()) yield return problem;
        if (MetricsAddress.Length > 0 && !IPEndPoint.TryParse(MetricsAddress, out _))
            yield return $"--metrics-address {MetricsAddress} is no address and port; give one such as 0.0.0.0:9965.";
        foreach (var problem in Metrics.Problems()) yield return problem;
        foreach (var problem in HubLink.Problems(this)) yield return problem;
    }
}
