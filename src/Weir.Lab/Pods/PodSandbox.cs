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
    private readonly PodKey _pod;
    private readonly string _name;
    private bool _isNodes;

    private PodSandbox(NodeKit kit, PodKey pod, NetworkNamespace ns, string name)
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

    /// <inheritdoc/>
    public bool IsAdopted { get; private init; }

    /// <summary>Makes it. What fails is undone.</summary>
    /// <exception cref="LabException">The plugin or the agent refused; the message says why.</exception>
    public static async Task<PodSandbox> CreateAsync(NodeKit kit, PodSpec pod, CancellationToken cancellation)
    {
        var name = NameOf(pod.Key);
        var left = LeftPod.Read(Path.Combine(kit.PodsFolder, name));
        if (pod.HostNetwork)
        {
            var own = new PodSandbox(kit, pod.Key, kit.Namespace, name) { Addresses = LabAddresses.Node(kit.Number), IsAdopted = left is not null, _isNodes = true };
            LeftPod.Write(own.Folder, kit.Number, []);
            own.WriteFiles(pod);
            return own;
        }

        if (left is { Addresses.Count: > 0 } && kit.Network.FindPod($"pod-{name}") is { } found)
            return new PodSandbox(kit, pod.Key, found, name) { Addresses = left.Addresses, IsAdopted = true }; // the agent takes its own part over by itself
        var sandbox = new PodSandbox(kit, pod.Key, kit.Network.CreatePod($"pod-{name}"), name);
        try
        {
            LeftPod.Write(sandbox.Folder, kit.Number, []);
            var result = await sandbox.PlugAsync("ADD", cancellation);
            sandbox.Addresses = [.. result["ips"]!.AsArray().Select(ip => IPAddress.Parse(((string)ip!["address"]!).Split('/')[0]))];
            sandbox.WriteFiles(pod);
            LeftPod.Write(sandbox.Folder, kit.Number, sandbox.Addresses);
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

    /// <summary>Takes away what a lab before this one left of a pod, containers first.</summary>
    public static async Task RemoveLeftAsync(NodeKit kit, PodKey pod)
    {
        var name = NameOf(pod);
        var folder = Path.Combine(kit.PodsFolder, name);
        if (Directory.Exists(folder)) await Task.WhenAll(Directory.EnumerateDirectories(folder).Select(container => KeptContainer.RemoveAsync(kit, container)));
        var sandbox = new PodSandbox(kit, pod, kit.Network.FindPod($"pod-{name}") ?? kit.Network.CreatePod($"pod-{name}"), name);
        await sandbox.RemoveAsync(CancellationToken.None);
    }

    /// <summary>Takes it away.</summary>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        if (!_isNodes) await UnplugAsync(cancellation);
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
            ["CNI_CONTAINERID"] = _pod.Uid,
            ["CNI_NETNS"] = Namespace.Path,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_PATH"] = Path.GetDirectoryName(_kit.Options.CniPlugin)!,
            ["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE={_pod.Namespace};K8S_POD_NAME={_pod.Name};K8S_POD_UID={_pod.Uid}",
        };
        var process = await _kit.Starter.StartAsync(_kit.Namespace, [_kit.Options.CniPlugin], dieWithLab: false, environment);
        var result = await ToolRun.FinishAsync(process, configuration.ToJsonString(), cancellation);
        if (result.ExitCode == 0) return result.Output.Length > 0 ? JsonNode.Parse(result.Output)!.AsObject() : [];
        throw new LabException($"The network plugin failed on {command} for pod {_pod.Namespace}/{_pod.Name}: {Reason(result)}");
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

    private static string NameOf(PodKey pod) => $"{pod.Namespace}_{pod.Name}_{pod.Uid}";

    private void WriteFiles(PodSpec pod)
    {
        foreach (var (name, text) in PodFiles.Of(pod, Addresses)) File.WriteAllText(Path.Combine(Folder, name), text);
    }
}
