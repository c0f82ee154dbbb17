using System.Net;
using System.Text.Json.Nodes;
using Weir.Lab.Pods;
using Weir.Model;

namespace Weir.Lab.Simulated;

/// <summary>A pod's place on the simulated network. Its addresses come from the agent, which is asked what the CNI plugin asks on a real node.</summary>
internal sealed class SimulatedSandbox : IPodSandbox
{
    private readonly SimulatedKit _kit;
    private readonly PodSpec _pod;
    private SimulatedHost? _host;

    private SimulatedSandbox(SimulatedKit kit, PodSpec pod) => (_kit, _pod, Folder) = (kit, pod, kit.FolderOf(pod.Key));

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> Addresses { get; private set; } = [];

    /// <inheritdoc/>
    public bool IsAdopted => false;

    /// <summary>The pod's folder on the machine.</summary>
    public string Folder { get; }

    /// <summary>The pod on the network.</summary>
    public SimulatedHost Host => _host ?? throw new InvalidOperationException("The pod has no network.");

    /// <summary>Makes it. What fails is undone.</summary>
    /// <exception cref="LabException">The agent refused or does not answer.</exception>
    public static async Task<SimulatedSandbox> CreateAsync(SimulatedKit kit, PodSpec pod, CancellationToken cancellation)
    {
        var sandbox = new SimulatedSandbox(kit, pod);
        try
        {
            await sandbox.PlugAsync(cancellation);
            Directory.CreateDirectory(sandbox.Folder);
            return sandbox;
        }
        catch
        {
            await sandbox.RemoveAsync(CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> ConnectAsync(IPEndPoint remote, CancellationToken cancellation) => Host.ConnectTcpAsync(remote, cancellation);

    /// <inheritdoc/>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        if (_host is not null) _kit.Network.Remove(_host);
        try
        {
            await AskAsync("release", cancellation);
        }
        catch (LabException)
        {
            // Without an agent there is nobody to give the addresses back to.
        }

        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private async Task PlugAsync(CancellationToken cancellation)
    {
        var allocated = await AskAsync("allocate", cancellation);
        var id = (uint)allocated["endpointId"]!;
        List<string> addresses = [.. ((string?[])[(string?)allocated["ipv4"], (string?)allocated["ipv6"]]).OfType<string>()];
        Addresses = [.. addresses.Select(IPAddress.Parse)];

        // As with an interface on a real node: it is there first, without a way through, until the agent has attached it.
        _host = _kit.Network.AddPod(_kit.Node, id, [.. addresses.Select(IpAddress.Parse)]);
        await AgentSocket.AskAsync(_kit.AgentSocket, new JsonObject { ["op"] = "attach", ["endpointId"] = id }, cancellation);
    }

    private Task<JsonObject> AskAsync(string operation, CancellationToken cancellation)
    {
        var question = new JsonObject
        {
            ["op"] = operation,
            ["containerId"] = _pod.Key.Uid,
            ["ifName"] = "eth0",
            ["namespace"] = _pod.Key.Namespace,
            ["pod"] = _pod.Key.Name,
            ["uid"] = _pod.Key.Uid,
        };
        return AgentSocket.AskAsync(_kit.AgentSocket, question, cancellation);
    }
}
