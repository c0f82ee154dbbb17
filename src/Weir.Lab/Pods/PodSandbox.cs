using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Lab.Network;
using Weir.Lab.Processes;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>A pod's network namespace with its interface, made by the CNI plugin, and the files that name things.</summary>
internal sealed class PodSandbox : IPodSandbox
{
    private readonly NodeKit _kit;
    private readonly PodSpec _pod;
    private readonly string _name;

    private PodSandbox(NodeKit kit, PodSpec pod, NetworkNamespace ns, string name)
    {
        (_kit, _pod, Namespace, _name) = (kit, pod, ns, name);
        Folder = Path.Combine(kit.PodsFolder, name);
    }

    /// <summary>The pod's network namespace.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>The pod's folder on the machine.</summary>
    public string Folder { get; }

    /// <summary>The pod's addresses, IPv4 first.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; private set; } = [];

    /// <summary>Makes it. What fails is undone.</summary>
    /// <exception cref="LabException">The plugin or the agent refused; the message says why.</exception>
    public static async Task<PodSandbox> CreateAsync(NodeKit kit, PodSpec pod, CancellationToken cancellation)
    {
        var name = $"{pod.Key.Namespace}_{pod.Key.Name}_{pod.Key.Uid}";
        if (pod.HostNetwork)
        {
            var own = new PodSandbox(kit, pod, kit.Namespace, name) { Addresses = LabAddresses.Node(kit.Number) };
            own.WriteFiles();
            return own;
        }

        var sandbox = new PodSandbox(kit, pod, kit.Network.CreatePod($"pod-{name}"), name);
        try
        {
            var result = await sandbox.PlugAsync("ADD", cancellation);
            sandbox.Addresses = [.. result["ips"]!.AsArray().Select(ip => IPAddress.Parse(((string)ip!["address"]!).Split('/')[0]))];
            sandbox.WriteFiles();
            return sandbox;
        }
        catch
        {
            await sandbox.RemoveAsync(CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(IPEndPoint remote, CancellationToken cancellation)
    {
        var socket = Namespace.OpenSocket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(remote, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes it away.</summary>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        if (!_pod.HostNetwork) await UnplugAsync(cancellation);
        foreach (var mount in Mounts.Below(Folder)) Mounts.Unmount(mount);
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The files of the pod that a container sees instead of its image's.</summary>
    public IEnumerable<(string Source, string Destination, bool IsReadOnly)> Files() =>
        from file in (string[])["resolv.conf", "hosts", "hostname"] select (Path.Combine(Folder, file), "/etc/" + file, false);

    private async Task UnplugAsync(CancellationToken cancellation)
    {
        try
        {
            await PlugAsync("DEL", cancellation);
        }
        catch (LabException)
        {
            // Without an agent there is nobody to give the addresses back to; the interface goes with the namespace.
        }

        Namespace.Dispose();
        NetworkNamespace.Delete(Namespace.Path);
    }

    private async Task<JsonObject> PlugAsync(string command, CancellationToken cancellation)
    {
        var configuration = new JsonObject { ["cniVersion"] = "1.1.0", ["name"] = "weir", ["type"] = "weir-cni", ["agentSocket"] = _kit.AgentSocket };
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = _pod.Key.Uid,
            ["CNI_NETNS"] = Namespace.Path,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_PATH"] = Path.GetDirectoryName(_kit.Options.CniPlugin)!,
            ["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE={_pod.Key.Namespace};K8S_POD_NAME={_pod.Key.Name};K8S_POD_UID={_pod.Key.Uid}",
        };
        var process = await _kit.Starter.StartAsync(_kit.Namespace, [_kit.Options.CniPlugin], dieWithLab: false, environment);
        var result = await ToolRun.FinishAsync(process, configuration.ToJsonString(), cancellation);
        if (result.ExitCode == 0) return result.Output.Length > 0 ? JsonNode.Parse(result.Output)!.AsObject() : [];
        throw new LabException($"The network plugin failed on {command} for pod {_pod.Key.Namespace}/{_pod.Key.Name}: {Reason(result)}");
    }

    private static string Reason(ToolResult result)
    {
        try
        {
            return (string?)JsonNode.Parse(result.Output)?["msg"] ?? result.Output;
        }
        catch (JsonException)
        {
            return $"{result.Output}{result.Error}".Trim();
        }
    }

    private void WriteFiles()
    {
        Directory.CreateDirectory(Folder);
        foreach (var (name, text) in PodFiles.Of(_pod, Addresses)) File.WriteAllText(Path.Combine(Folder, name), text);
    }
}
