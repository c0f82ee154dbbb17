using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Model;

namespace Weir.Hub.Ui.State;

/// <summary>What the API server says of the cluster: kept up to date, or empty where the hub has no API server.</summary>
internal sealed class ClusterView
{
    private readonly ClusterWatch? _watch;

    /// <summary>Prepares it.</summary>
    /// <param name="api">The API server; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where the watch logs.</param>
    public ClusterView(KubernetesConnection? api, TimeProvider time, ILoggerFactory logs) =>
        _watch = api is null ? null : new ClusterWatch(api, time: time, logger: logs.CreateLogger<ClusterWatch>());

    /// <summary>The newest state; empty before the first lists came.</summary>
    public ClusterState State => _watch?.State ?? ClusterState.Empty;

    /// <summary>The state, where there is an API server and it has answered.</summary>
    /// <exception cref="UiProblem">There is none, or it has not answered yet.</exception>
    public ClusterState Known => _watch is null ? throw UiProblem.NotHere("This hub was started without a cluster's API (weir hub --api), so it knows no policies and pods.")
        : _watch.WhenSynced.IsCompleted ? State
        : throw UiProblem.NotHere("The cluster's API has not answered yet; try again in a moment.");

    /// <summary>The namespaces.</summary>
    public IEnumerable<string> Namespaces => State.Namespaces.Keys;

    /// <summary>The service that has an address, <c>namespace/name</c>; null where it is none's.</summary>
    public string? ServiceAt(string address) => IpAddress.TryParse(address, out var ip)
        ? State.Services.Values.FirstOrDefault(s => s.ClusterAddresses.Contains(ip) || s.ExternalAddresses.Contains(ip))?.Name.ToString()
        : null;

    /// <summary>A reader of changes; null where nothing is watched.</summary>
    public System.Threading.Channels.ChannelReader<ClusterChange>? Subscribe() => _watch?.Subscribe();

    /// <summary>Watches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => _watch?.RunAsync(cancellation) ?? Task.CompletedTask;

    /// <summary>The values that a key of filters can have now.</summary>
    public IEnumerable<string> ValuesOf(string key, ClusterPulse pulse) => key switch
    {
        "namespace" => Namespaces,
        "pod" => State.Pods.Keys.Select(p => p.ToString()),
        "workload" => State.Pods.Values.Where(p => p.Workload is not null).Select(p => $"{p.Name.Namespace}/{p.Workload!.Name}").Distinct(),
        "service" => State.Services.Keys.Select(s => s.ToString()),
        "label" => State.Pods.Values.SelectMany(p => p.Labels).Select(l => $"{l.Key}={l.Value}").Distinct(),
        "rule" => State.Policies.Keys.Select(p => p.Name.ToString()).Distinct(),
        "node" => pulse.Nodes.Select(n => n.Name),
        "ip" => State.Pods.Values.SelectMany(p => p.Addresses).Select(a => a.ToString()),
        "port" => State.Services.Values.SelectMany(s => s.Ports).Select(p => p.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)).Distinct(),
        _ => [],
    };
}
