using System.Globalization;
using Weir.Lab;
using Weir.Lab.Guide;
using Xunit;

namespace Weir.EndToEnd.Dashboards;

/// <summary>A lab of real pods in which everything happens that the dashboards have a panel for: each round of traffic once.</summary>
public sealed class DashboardLab : IAsyncLifetime
{
    // store-front may ask names of the shop and GET; product-service lets GET in; nobody outside comes in; whoever else may do anything.
    private const string Policies = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: dashboards-client}
        spec:
          endpointSelector: {matchLabels: {app: store-front}}
          ingress: [{fromEndpoints: [{}]}]
          egress:
            - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s:k8s-app: kube-dns}}]
              toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*.pets.svc.cluster.local"}, {matchPattern: "*.svc.cluster.local"}]}}]
            - toEndpoints: [{matchLabels: {app: product-service}}]
              toPorts: [{ports: [{port: "3002", protocol: TCP}], rules: {http: [{method: GET}]}}]
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: dashboards-server}
        spec:
          endpointSelector: {matchLabels: {app: product-service}}
          ingress:
            - fromEndpoints: [{}]
              toPorts: [{ports: [{port: "3002", protocol: TCP}], rules: {http: [{method: GET}]}}]
        """;

    private const string Logs = """
        apiVersion: acn.azure.com/v1alpha1
        kind: ContainerNetworkLog
        metadata: {name: dashboards}
        spec:
          includefilters:
            - from: {namespacedPod: [pets/]}
            - to: {namespacedPod: [pets/]}
        """;

    private const string Turn = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: dashboards-turn}
        spec:
          endpointSelector: {matchLabels: {app: store-admin}}
          ingress: [{toPorts: [{ports: [{port: "PORT", protocol: TCP}]}]}]
        """;

    private const string Get = "wget -q --timeout=2 -O - http://product-service:3002";
    private const string Post = "wget -q --timeout=2 -O - --post-data=\"\" http://product-service:3002/";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-dashboards-");
    private readonly LabOptions _options = RealLab.NewOptions("dash");
    private LabCluster? _lab;
    private int _rounds;

    /// <summary>Why the tests cannot run here; null where they can.</summary>
    public static string? Missing => PrometheusLab.Missing;

    /// <summary>The address that a person would give to Prometheus.</summary>
    public Uri Metrics => new(this["metrics"]);

    /// <summary>For files of a test.</summary>
    public string Folder => _folder.FullName;

    private LabHands Hands => RealLabHands.Of(_lab!, _options);

    /// <summary>What the lab serves, by name.</summary>
    public string this[string service] => _lab!.Front!.Services.Find(service)!;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        _lab = await LabCluster.StartAsync(_options, null, CancellationToken.None);
        using var reader = new StreamReader(typeof(LabCluster).Assembly.GetManifestResourceStream("pet-store.yaml")!);
        await new PetStore(_lab.Connection).DeployAsync(await reader.ReadToEndAsync(), TimeSpan.FromSeconds(120), CancellationToken.None);
        await Hands.ApplyAsync(Logs, CancellationToken.None);
        await Hands.ApplyAsync(Policies, CancellationToken.None);
    }

    /// <summary>A round of traffic of every kind, and a change of policy.</summary>
    /// <returns>What the commands in the pods printed.</returns>
    public async Task<string> RoundAsync(CancellationToken cancellation)
    {
        await Hands.ApplyAsync(Turn.Replace("PORT", string.Create(CultureInfo.InvariantCulture, $"{5000 + (_rounds++ % 100)}"), StringComparison.Ordinal), cancellation);

        // Names: one that is there, one that is not, one that no rule allows. Requests: let pass, answered with an error, refused at the client. A port that policy denies.
        // At the same time: refused at the server; a port where nobody listens; a port that the server denies; somebody outside who answers, and one who does not.
        // Where nobody listens is tried on both nodes: only what leaves its node names its sender.
        List<string> closed = [];
        foreach (var app in (string[])["makeline-service-", "rabbitmq-", "mongodb-", "virtual-worker-", "virtual-customer-"]) closed.Add(await AddressAsync(app, cancellation));
        var product = await AddressAsync("product-service-", cancellation);
        var client = Hands.ExecAsync(
            "store-front",
            $"{Get}/; {Get}/nothing; {Post}; nslookup nothing; nslookup www.bing.com; nc -z -w1 {product} 3998",
            cancellation);
        var other = Hands.ExecAsync(
            "order-service",
            $"{string.Concat(closed.Select(address => $"nc -z -w1 {address} 4000; "))}nc -z -w1 {product} 3999; nc -z -w1 203.0.113.77 81; wget --spider --timeout=2 www.bing.com; {Post}",
            cancellation);
        var outside = await Hands.FetchFromOutsideAsync("store-front", cancellation);
        return $"store-front: {(await client).Output}\norder-service: {(await other).Output}\noutside: {outside.Output}";
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        if (_lab is null) return;
        Assert.Empty(await _lab.StopAsync());
        File.Delete(_options.RunFolder + ".lock");
    }

    private async Task<string> AddressAsync(string start, CancellationToken cancellation)
    {
        var pod = (await Hands.ListPodsAsync(cancellation)).First(l => l.StartsWith(start, StringComparison.Ordinal)).Split(' ')[0];
        return (string)(await Hands.GetAsync($"/api/v1/namespaces/pets/pods/{pod}", cancellation))["status"]!["podIP"]!;
    }
}
