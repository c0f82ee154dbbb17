using System.Net;
using System.Text;
using System.Text.Json;
using Weir.Cluster.Objects;
using Weir.Lab;
using Weir.Lab.Manifests;
using Weir.Linux;

namespace Weir.EndToEnd.Corpus;

/// <summary>The corpus' usual endpoints as real pods, and where each lives.</summary>
internal sealed class LiveCast : IDisposable
{
    private static readonly Member[] _members =
    [
        new("web", "shop", 1, "web-sa", "app=storefront,rel=stable,tier=web", "web-http=8080/TCP,metrics=9102/TCP"),
        new("api", "shop", 2, "api-sa", "app=orders,rel=stable,tier=api", "rest=8081/TCP,grpc=9000/TCP,telemetry=8125/UDP"),
        new("cart", "shop", 1, "", "app=cart,rel=canary,tier=api", "rest=8082/TCP"),
        new("db", "shop", 2, "", "app=ordersdb,tier=db", "sql=5432/TCP"),
        new("ledger", "pay", 1, "ledger-sa", "app=ledger,tier=api", "books=8085/TCP"),
        new("vault", "pay", 2, "", "app=vault,tier=db", "sql=5432/TCP"),
        new("probe", "lab", 1, "", "app=probe,tier=web", ""),
        new("solo", "default", 2, "", "", ""),
        new("coredns", "kube-system", 1, "", "k8s-app=kube-dns", "dns=53/UDP,dns-tcp=53/TCP"),
    ];

    private static readonly Dictionary<string, string> _namespaces = new()
    {
        ["shop"] = "env: prod, team: store",
        ["pay"] = "env: prod, team: money",
        ["lab"] = "env: test",
    };

    private readonly LabCluster _lab;
    private readonly Dictionary<string, (NetworkNamespace Namespace, IPAddress Address)> _pods = [];

    private LiveCast(LabCluster lab) => _lab = lab;

    /// <summary>Starts the pods and waits until they run.</summary>
    public static async Task<LiveCast> StartAsync(LabCluster lab, string runFolder, CancellationToken cancellation)
    {
        await new ManifestApplier(lab.Connection).ApplyAsync(Manifest(), cancellation, "cast");
        var cast = new LiveCast(lab);
        foreach (var member in _members)
        {
            while (true)
            {
                var pod = await lab.Connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{member.Namespace}/pods/{member.Name}", null, cancellation);
                if (pod.Text("status", "podIP") is { } address && pod.Text("status", "phase") == "Running")
                {
                    var file = Path.Combine(runFolder, "netns", $"pod-{member.Namespace}_{member.Name}_{pod.Text("metadata", "uid")}");
                    cast._pods[member.Name] = (NetworkNamespace.Open(file), IPAddress.Parse(address));
                    break;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
            }
        }

        return cast;
    }

    /// <summary>Whether an endpoint of the corpus is one of the cast, its named ports aside.</summary>
    public static bool Has(JsonElement endpoint)
    {
        var member = _members.FirstOrDefault(m => m.Name == endpoint.GetProperty("name").GetString());
        if (member is null || member.Namespace != endpoint.GetProperty("namespace").GetString()) return false;
        var account = endpoint.TryGetProperty("serviceAccount", out var named) ? named.GetString() : "";
        return account == member.Account && Pairs(endpoint.GetProperty("labels")).SequenceEqual(Pairs(member.Labels));
    }

    /// <summary>Whether a policy of the row means a port by its name.</summary>
    public static bool NamesPorts(JsonElement row) =>
        System.Text.RegularExpressions.Regex.IsMatch(row.GetProperty("policies").GetRawText(), "\"port\": ?\"[^\"]*[A-Za-z]");

    /// <summary>Where packets of a place come from or go to.</summary>
    /// <param name="place">As in <see cref="LiveCase"/>.</param>
    /// <param name="addWorld">Gives the outside world an address.</param>
    public (NetworkNamespace Namespace, IPAddress Address) Find(string place, Action<IPAddress> addWorld)
    {
        if (_pods.TryGetValue(place, out var pod)) return pod;
        if (place.Split(':', 2) is [("host" or "remote") and var which, var seenFrom])
        {
            var own = _members.First(m => m.Name == seenFrom).Node;
            var node = which == "host" ? own : 3 - own;
            return (_lab.Network.Nodes[node - 1], IPAddress.Parse($"172.18.0.{10 + node}"));
        }

        var address = IPAddress.Parse(place);
        addWorld(address);
        return (_lab.Network.World, address);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (ns, _) in _pods.Values) ns.Dispose();
    }

    private static IEnumerable<string> Pairs(JsonElement labels) =>
        labels.EnumerateObject().Select(l => $"{l.Name}={l.Value.GetString()}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Pairs(string text)
    {
        var pairs = text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return pairs.Order(StringComparer.Ordinal);
    }

    private static string Manifest()
    {
        var text = new StringBuilder();
        foreach (var (name, labels) in _namespaces)
            text.AppendLine($"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}");
        foreach (var member in _members)
        {
            var labels = string.Join(", ", Pairs(member.Labels).Select(l => l.Replace("=", ": ", StringComparison.Ordinal)));
            var ports = Pairs(member.Ports).Select(p => p.Split('=', '/')).Select(p => $"{{name: {p[0]}, containerPort: {p[1]}, protocol: {p[2]}}}");
            if (member.Account.Length > 0)
                text.AppendLine($"---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {member.Account}, namespace: {member.Namespace}}}");
            text.AppendLine($$$"""
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: {{{member.Name}}}, namespace: {{{member.Namespace}}}, labels: { {{{labels}}} }}
                spec:
                  nodeName: node{{{member.Node}}}
                  {{{(member.Account.Length > 0 ? $"serviceAccountName: {member.Account}" : "restartPolicy: Always")}}}
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: main, image: busybox, command: [sleep, "1000000"], ports: [{{{string.Join(", ", ports)}}}]}
                """);
        }

        return text.ToString();
    }

    private sealed record Member(string Name, string Namespace, int Node, string Account, string Labels, string Ports);
}
