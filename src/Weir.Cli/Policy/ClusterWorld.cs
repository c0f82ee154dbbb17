using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Weir.Policy.Rules;
using Weir.Policy.Testing;

namespace Weir.Cli.Policy;

/// <summary>Makes a world of what a cluster holds: its policies, pods, services and CIDR groups.</summary>
internal static class ClusterWorld
{
    private static readonly (string Kind, string Path)[] Policies =
    [
        (PolicyName.Cilium, "/apis/cilium.io/v2/ciliumnetworkpolicies"),
        (PolicyName.Clusterwide, "/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies"),
        (PolicyName.Kubernetes, "/apis/networking.k8s.io/v1/networkpolicies"),
    ];

    /// <summary>Reads it, once.</summary>
    /// <param name="address">The API server.</param>
    /// <param name="besides">Pods that do not exist yet.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="UsageException">The server cannot be asked.</exception>
    public static Task<WorldFiles> ReadAsync(string address, IReadOnlyList<KnownPod> besides, CancellationToken cancellation) =>
        AskAsync(address, connection => ReadAsync(connection, besides, cancellation));

    /// <summary>Reads only its pods, once.</summary>
    /// <exception cref="UsageException">The server cannot be asked.</exception>
    public static Task<IReadOnlyList<KnownPod>> ReadPodsAsync(string address, CancellationToken cancellation) =>
        AskAsync(address, connection => ReadPodsAsync(connection, cancellation));

    private static async Task<T> AskAsync<T>(string address, Func<KubernetesConnection, Task<T>> ask)
    {
        if (address.StartsWith("unix:", StringComparison.Ordinal) && !File.Exists(address["unix:".Length..]))
            throw new UsageException($"there is no cluster at {address}. Start a lab with 'weir lab run --keep', give files with -f, or another cluster with --api.");
        try
        {
            using var connection = KubernetesConnection.Open(address);
            return await ask(connection);
        }
        catch (Exception e) when (e is HttpRequestException or ApiRefusedException or IOException)
        {
            throw new UsageException($"the cluster at {address} does not answer: {e.Message.TrimEnd('.')}. Start a lab with 'weir lab run --keep', give files with -f, or another cluster with --api.");
        }
        catch (Exception e) when (e is ArgumentException or k8s.Exceptions.KubeConfigException)
        {
            throw new UsageException($"--api: {e.Message.TrimEnd('.')}.");
        }
    }

    private static async Task<IReadOnlyList<KnownPod>> ReadPodsAsync(KubernetesConnection connection, CancellationToken cancellation)
    {
        var namespaces = (await ListAsync(connection, "/api/v1/namespaces", cancellation)).Select(NamespaceState.Read).ToDictionary(n => n.Name);
        var pods = (await ListAsync(connection, "/api/v1/pods", cancellation)).Select(PodState.Read);
        return [.. pods.Where(p => WorldParts.HasPolicy(p) && namespaces.ContainsKey(p.Name.Namespace)).Select(p => WorldParts.Of(p, namespaces[p.Name.Namespace]))];
    }

    private static async Task<WorldFiles> ReadAsync(KubernetesConnection connection, IReadOnlyList<KnownPod> besides, CancellationToken cancellation)
    {
        var pods = await ReadPodsAsync(connection, cancellation);
        List<TextFile> files = [];
        foreach (var (kind, path) in Policies)
        {
            foreach (var policy in await ListAsync(connection, path, cancellation))
            {
                // Items of a list need not say what they are.
                policy["kind"] ??= kind;
                policy["apiVersion"] ??= kind == PolicyName.Kubernetes ? "networking.k8s.io/v1" : "cilium.io/v2";
                files.Add(new TextFile($"{kind} {policy.ObjectName()}", policy.ToJsonString()));
            }
        }

        var services = await ListAsync(connection, "/api/v1/services", cancellation);
        var slices = (await ListAsync(connection, "/apis/discovery.k8s.io/v1/endpointslices", cancellation)).Select(EndpointSliceState.Read).ToLookup(s => new ObjectName(s.Name.Namespace, s.Service));
        var groups = await ListAsync(connection, "/apis/cilium.io/v2/ciliumcidrgroups", cancellation);
        var world = WorldFiles.Read(files, "default", pods.Concat(besides));
        return world with
        {
            World = world.World with
            {
                Services = [.. services.Select(ServiceState.Read).Select(s => WorldParts.Of(s, slices[s.Name]))],
                CidrGroups = [.. groups.Select(CidrGroupState.Read).Select(WorldParts.Of)],
            },

            // A policy of a cluster has no file: its name says where it is.
            Places = new Dictionary<PolicyName, string>(),
        };
    }

    private static async Task<IEnumerable<JsonObject>> ListAsync(KubernetesConnection connection, string path, CancellationToken cancellation)
    {
        try
        {
            return (await connection.SendAsync(HttpMethod.Get, path, null, cancellation)).Items("items").OfType<JsonObject>();
        }
        catch (ApiRefusedException e) when (e.IsNotFound)
        {
            // A cluster without Cilium's kinds has none of their objects.
            return [];
        }
    }
}
