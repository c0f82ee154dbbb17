using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Cluster.Watch;
using Weir.Lab.Network;
using Weir.Lab.Pods;
using Weir.Workloads.ClusterDns;

namespace Weir.Lab.ClusterApi;

/// <summary>Follows services and endpoint slices, and keeps in line with them what lies outside the agents: cluster DNS's file and the world's routes to load balancers.</summary>
/// <param name="connection">The API server.</param>
/// <param name="nodes">How many nodes there are.</param>
/// <param name="routeBalancer">Leads the traffic for an address to the node of this number; 0 takes the route away.</param>
/// <param name="zonePath">Cluster DNS's file.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what fails.</param>
internal sealed class ServiceWiring(
    KubernetesConnection connection, int nodes, Action<IPAddress, int> routeBalancer, string zonePath, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, JsonObject> _services = [];
    private readonly Dictionary<string, JsonObject> _slices = [];
    private readonly HashSet<string> _balanced = [];
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        Follow("/api/v1/services", _services).RunAsync(cancellation),
        Follow("/apis/discovery.k8s.io/v1/endpointslices", _slices).RunAsync(cancellation),
        ApplyAsync(cancellation));

    private Reflector Follow(string path, Dictionary<string, JsonObject> into) => new(connection, path, new ClusterWatchOptions(), time, logger)
    {
        Listed = all => Change(() =>
        {
            into.Clear();
            foreach (var one in all) into[Key(one)] = one;
        }),
        Changed = one => Change(() => into[Key(one)] = one),
        Removed = one => Change(() => into.Remove(Key(one))),
    };

    private void Change(Action act)
    {
        lock (_services) act();
        _changes.Writer.TryWrite(true);
    }

    private async Task ApplyAsync(CancellationToken cancellation)
    {
        await foreach (var _ in _changes.Reader.ReadAllAsync(cancellation))
        {
            List<(JsonObject Service, List<JsonObject> Endpoints)> all;
            lock (_services) all = [.. _services.Values.Select(s => (s, ReadyEndpoints(s)))];
            await WriteZoneAsync(all, cancellation);
            RouteBalancers(all);
        }
    }

    private List<JsonObject> ReadyEndpoints(JsonObject service) =>
    [
        .. _slices.Values
            .Where(s => Text(s, "metadata", "namespace") == Text(service, "metadata", "namespace")
                && Text(s, "metadata", "labels", "kubernetes.io/service-name") == Text(service, "metadata", "name"))
            .SelectMany(s => PodSpec.Items(s, "endpoints"))
            .Where(e => (bool?)e["conditions"]?["ready"] ?? true),
    ];

    private async Task WriteZoneAsync(List<(JsonObject Service, List<JsonObject> Endpoints)> all, CancellationToken cancellation)
    {
        var zone = new ClusterZone
        {
            Upstream = LabAddresses.WorldDns.ToString(),
            Services = [.. all.Select(a => new ZoneService(
                Text(a.Service, "metadata", "namespace")!,
                Text(a.Service, "metadata", "name")!,
                [.. Texts(a.Service["spec"]?["clusterIPs"]).Where(ip => ip != "None")],
                [.. PodSpec.Items(a.Service["spec"]!.AsObject(), "ports").Select(p => new ZonePort((string?)p["name"], (string?)p["protocol"] ?? "TCP", (int)(p.Number("port") ?? 0)))],
                [.. Merge(a.Endpoints)],
                Text(a.Service, "spec", "type") == "ExternalName" ? Text(a.Service, "spec", "externalName") : null))],
        };

        // Written beside and renamed, so that no reader sees half a file.
        await File.WriteAllBytesAsync(zonePath + ".new", JsonSerializer.SerializeToUtf8Bytes(zone, ClusterZoneJson.Default.ClusterZone), cancellation);
        File.Move(zonePath + ".new", zonePath, overwrite: true);
    }

    /// <summary>A pod has an endpoint a family, in slices of their own: together they are one.</summary>
    private static IEnumerable<ZoneEndpoint> Merge(List<JsonObject> endpoints) =>
        from endpoint in endpoints
        group endpoint by Text(endpoint, "targetRef", "uid") ?? Texts(endpoint["addresses"]).FirstOrDefault() into pod
        select new ZoneEndpoint([.. pod.SelectMany(e => Texts(e["addresses"])).Distinct()], pod.Select(e => (string?)e["hostname"]).FirstOrDefault(h => h is not null));

    private void RouteBalancers(List<(JsonObject Service, List<JsonObject> Endpoints)> all)
    {
        var wanted = new Dictionary<string, int>();
        foreach (var (service, endpoints) in all)
        {
            if (Text(service, "spec", "type") != "LoadBalancer") continue;
            var node = endpoints.Select(e => NodeNumber((string?)e["nodeName"])).FirstOrDefault(n => n > 0);
            foreach (var ingress in PodSpec.Items(service["status"]?["loadBalancer"] as JsonObject ?? [], "ingress"))
                if ((string?)ingress["ip"] is { } ip) wanted[ip] = node;
        }

        foreach (var gone in _balanced.Except(wanted.Keys)) wanted[gone] = 0;
        foreach (var (ip, node) in wanted)
        {
            _balanced.Add(ip);
            routeBalancer(IPAddress.Parse(ip), node);
        }
    }

    private int NodeNumber(string? name) =>
        Enumerable.Range(1, nodes).FirstOrDefault(n => LabAddresses.NodeName(n) == name);

    private static string Key(JsonObject document) => $"{Text(document, "metadata", "namespace")}/{Text(document, "metadata", "name")}";

    private static string? Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path) node = node?[step];
        return (string?)node;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray array ? array.Select(a => (string)a!) : [];
}
