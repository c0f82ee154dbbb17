using System.Net;
using System.Net.Sockets;
using Weir.Cluster.Objects;
using Weir.Lab.Network;

namespace Weir.Lab.Guide;

/// <summary>The guide's hands in a lab of real pods.</summary>
public static class RealLabHands
{
    private static readonly TimeSpan _longestCommand = TimeSpan.FromSeconds(30);

    /// <summary>Makes them.</summary>
    /// <param name="lab">The running lab, with the pet store deployed.</param>
    /// <param name="options">How it was built.</param>
    public static LabHands Of(LabCluster lab, LabOptions options)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(options);
        var store = new PetStore(lab.Connection);
        var nodes = Enumerable.Range(1, options.Nodes).Select(n => Path.Combine(options.RunFolder, LabAddresses.NodeName(n))).ToList();
        List<string> agents = [.. nodes.Select(n => Path.Combine(n, "agent.sock"))];
        List<string> observers = [.. nodes.Select(n => Path.Combine(n, "observe.sock"))];
        return new LabHands
        {
            ExecAsync = async (app, command, cancellation) => await ExecAsync(lab, await store.PodOfAsync(app, cancellation), app, command, cancellation),
            ApplyAsync = async (manifest, cancellation) =>
            {
                await store.ApplyAsync(manifest, cancellation);
                await store.WhenEnforcedAsync(agents, cancellation);
            },
            ClearPoliciesAsync = async cancellation =>
            {
                await store.ClearPoliciesAsync(cancellation);
                await store.WhenEnforcedAsync(agents, cancellation);
            },
            ListPodsAsync = store.ListPodsAsync,
            ListPoliciesAsync = store.ListPoliciesAsync,
            FetchFromOutsideAsync = async (service, cancellation) => await FetchAsync(lab, await AddressAsync(store, service, cancellation), cancellation),
            FindFlowAsync = (filter, holds, since, cancellation) => FlowQuestion.FindAsync(observers, filter, holds, since, cancellation),
        };
    }

    private static async Task<CommandResult> ExecAsync(LabCluster lab, string pod, string app, string command, CancellationToken cancellation)
    {
        await using var exec = await lab.ExecAsync("pets", pod, app, ["sh", "-c", command])
            ?? throw new LabException($"Pod pets/{pod} has no running container {app}.");
        exec.Input.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_longestCommand);
        using var output = new StreamReader(exec.Output);
        using var error = new StreamReader(exec.Error);
        var printed = output.ReadToEndAsync(patience.Token);
        var complained = error.ReadToEndAsync(patience.Token);
        try
        {
            var text = await printed + await complained;
            return new CommandResult(text.TrimEnd('\n').Replace("\r", "", StringComparison.Ordinal), await exec.WaitAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new CommandResult($"(no end after {_longestCommand.TotalSeconds:0} s)", 124);
        }
    }

    private static async Task<IPEndPoint> AddressAsync(PetStore store, string service, CancellationToken cancellation)
    {
        var document = await store.ServiceAsync(service, cancellation);
        var address = document.Items("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip")
            ?? throw new LabException($"Service pets/{service} has no load balancer address.");
        return new IPEndPoint(IPAddress.Parse(address), (int)(document.Items("spec", "ports").First().Number("port") ?? 80));
    }

    private static async Task<CommandResult> FetchAsync(LabCluster lab, IPEndPoint address, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(2)); // as curl -m 2
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) => new NetworkStream(await lab.Relay.ConnectAsync(address, stop), ownsSocket: true),
        });
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
