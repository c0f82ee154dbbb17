using System.Net;
using System.Net.Sockets;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.FlowLog.Query;
using Weir.Hub;
using Weir.Lab.Guide.Dashboards;
using Weir.Lab.Network;

namespace Weir.Lab.Guide;

/// <summary>What the guide's hands do alike in every lab: through the API, the agents' and the observers' sockets.</summary>
internal static class ClusterHands
{
    /// <summary>Runs a shell command in a container of the namespace <c>pets</c>.</summary>
    public delegate Task<CommandResult> Exec(string pod, string container, string command, CancellationToken cancellation);

    /// <summary>Connects from the external client.</summary>
    public delegate Task<Stream> Connect(IPEndPoint address, CancellationToken cancellation);

    /// <summary>Makes them.</summary>
    /// <param name="connection">The API server.</param>
    /// <param name="runFolder">The lab's folder, with a folder for each node.</param>
    /// <param name="count">How many nodes.</param>
    /// <param name="weir">The command line of <c>weir</c>, which Hubble is asked by.</param>
    /// <param name="exec">Runs commands in pods.</param>
    /// <param name="connect">Reaches in from outside.</param>
    /// <param name="hub">The lab's hub.</param>
    public static LabHands Of(KubernetesConnection connection, string runFolder, int count, IReadOnlyList<string> weir, Exec exec, Connect connect, HubServer hub)
    {
        var (store, flows) = (new PetStore(connection), hub.Queries);
        var nodes = Enumerable.Range(1, count).Select(n => Path.Combine(runFolder, LabAddresses.NodeName(n))).ToList();
        List<string> agents = [.. nodes.Select(n => Path.Combine(n, "agent.sock"))];
        var inForce = new PoliciesInForce(connection, agents);
        List<string> observers = [.. nodes.Select(n => Path.Combine(n, "observe.sock"))];
        return new LabHands
        {
            ExecAsync = async (app, command, cancellation) => await exec(await store.PodOfAsync(app, cancellation), app, command, cancellation),
            ApplyAsync = async (manifest, cancellation) =>
            {
                await store.ApplyAsync(manifest, cancellation);
                await inForce.WaitAsync(cancellation);
            },
            DeleteAsync = async (manifest, cancellation) =>
            {
                await store.DeleteAsync(manifest, cancellation);
                await inForce.WaitAsync(cancellation);
            },
            Hubble = new HubbleClient(connection, runFolder, weir).Hands,
            ClearPoliciesAsync = async cancellation =>
            {
                await store.ClearPoliciesAsync(cancellation);
                await inForce.WaitAsync(cancellation);
            },
            ListPodsAsync = store.ListPodsAsync,
            ListPoliciesAsync = store.ListPoliciesAsync,
            FetchFromOutsideAsync = async (service, cancellation) => await FetchAsync(connect, await AddressAsync(store, service, cancellation), cancellation),
            FindFlowAsync = (filter, holds, since, cancellation) => FlowQuestion.FindAsync(observers, filter, holds, since, cancellation),
            GetAsync = async (path, cancellation) => await connection.SendAsync(HttpMethod.Get, path, null, cancellation),
            AskAsync = (text, cancellation) => AskAsync(flows, text, cancellation),
            Dashboards = new DashboardHands(new Uri($"http://{hub.MetricsAddress}/metrics"), runFolder, flows.Time),
            Time = flows.Time,
        };
    }

    private static async Task<IPEndPoint> AddressAsync(PetStore store, string service, CancellationToken cancellation)
    {
        var document = await store.ServiceAsync(service, cancellation);
        var address = document.Items("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip")
            ?? throw new LabException($"Service pets/{service} has no load balancer address.");
        return new IPEndPoint(IPAddress.Parse(address), (int)(document.Items("spec", "ports").First().Number("port") ?? 80));
    }

    private static async Task<QueryAnswer> AskAsync(StoreQueries flows, string text, CancellationToken cancellation)
    {
        try
        {
            return await flows.RunAsync(QueryRequest.Of(text), cancellation);
        }
        catch (QueryFailedException e)
        {
            throw new LabException(e.Message, e);
        }
    }

    private static async Task<CommandResult> FetchAsync(Connect connect, IPEndPoint address, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(2)); // as curl -m 2
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, stop) => await connect(address, stop) });
        try
        {
            return new CommandResult((await client.GetStringAsync(new Uri($"http://{address}/"), patience.Token)).TrimEnd('\n'), 0);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new CommandResult("Connection failed", 28);
        }
    }
}
