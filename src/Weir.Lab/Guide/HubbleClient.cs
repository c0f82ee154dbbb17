using System.Text;
using System.Text.Json;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.ClusterApi;
using Weir.Lab.Front;
using Weir.Lab.Processes;
using Weir.Observe.Tls;

namespace Weir.Lab.Guide;

/// <summary>The guide's use of Hubble: with the programs that a user has at the shell where the machine has them.</summary>
/// <param name="connection">The API server.</param>
/// <param name="runFolder">The lab's folder; the certificates are put below it and go with it.</param>
/// <param name="weir">The command line of <c>weir</c>.</param>
internal sealed class HubbleClient(KubernetesConnection connection, string runFolder, IReadOnlyList<string> weir)
{
    private const string System = "kube-system";
    private static readonly string[] _files = ["ca.crt", "tls.crt", "tls.key"];
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };
    private static readonly TimeSpan _longestAnswer = TimeSpan.FromSeconds(20);
    private readonly string _folder = Path.Combine(runFolder, "hubble-client");
    private readonly string? _kubectl = ToolRun.Find("kubectl");
    private readonly string? _hubble = ToolRun.Find("hubble");

    /// <summary>What the guide is given of it.</summary>
    public HubbleHands Hands => new()
    {
        FetchCertificatesAsync = FetchCertificatesAsync,
        ListRelayPodsAsync = ListRelayPodsAsync,
        ObserveAsync = ObserveAsync,
        DescribePolicyAsync = DescribeAsync,
    };

    private string Kubeconfig => LabServices.KubeconfigOf(runFolder);

    private async Task<CommandResult> FetchCertificatesAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in _files) PrivateFile.Write(Path.Combine(_folder, file), Encoding.UTF8.GetString(Convert.FromBase64String(await DataOfAsync(file, cancellation))));
        return new CommandResult($"{string.Join(", ", _files)} in {_folder}", 0);
    }

    private async Task<string> DataOfAsync(string file, CancellationToken cancellation)
    {
        if (_kubectl is not null)
        {
            var path = $"jsonpath={{.data['{file.Replace(".", "\\.", StringComparison.Ordinal)}']}}";
            return (await KubectlAsync(["get", "secret", HubbleSecrets.RelayClient, "-n", System, "-o", path], cancellation)).Output;
        }

        var secret = await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{System}/secrets/{HubbleSecrets.RelayClient}", null, cancellation);
        return secret.Text("data", file) ?? throw new LabException($"The secret {System}/{HubbleSecrets.RelayClient} has no {file}.");
    }

    private async Task<CommandResult> ListRelayPodsAsync(CancellationToken cancellation)
    {
        if (_kubectl is not null) return await KubectlAsync(["get", "pods", "-o", "wide", "-n", System, "-l", "k8s-app=hubble-relay"], cancellation);
        var pods = await connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{System}/pods?labelSelector=k8s-app%3Dhubble-relay", null, cancellation);
        var lines = pods.Items("items").Select(pod =>
        {
            var isReady = pod.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");
            return $"{pod.Text("metadata", "name")} {(isReady ? "1/1" : "0/1")} {pod.Text("status", "phase")} {pod.Text("status", "podIP")} {pod.Text("spec", "nodeName")}";
        });
        return new CommandResult(string.Join('\n', lines), 0);
    }

    private async Task<CommandResult> DescribeAsync(string policy, CancellationToken cancellation)
    {
        if (_kubectl is not null) return await KubectlAsync(["describe", "-n", "pets", "cnp", policy], cancellation);
        var found = await connection.SendAsync(HttpMethod.Get, $"/apis/cilium.io/v2/namespaces/pets/ciliumnetworkpolicies/{policy}", null, cancellation);
        return new CommandResult($"(no kubectl on this machine: the object's spec, from the API)\n{policy}\n{found["spec"]?.ToJsonString(_indented)}", 0);
    }

    private async Task<CommandResult> ObserveAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (_kubectl is null)
        {
            var direct = await RunAsync([.. weir, "observe", .. arguments, "--server", "unix:" + LabHubble.RelaySocket(runFolder)], cancellation);
            return direct with { Output = "(no kubectl on this machine: through the relay's socket on it, without TLS)\n" + direct.Output };
        }

        await using var forwarded = await PortForwarding.StartAsync(_kubectl, ["--kubeconfig", Kubeconfig, "-n", System], "svc/hubble-relay", ":443", cancellation);
        string[] server =
        [
            "--server", $"tls://127.0.0.1:{forwarded.Port}", "--tls-server-name", HubbleSecrets.RelayName, "--tls-ca-cert-files", Path.Combine(_folder, "ca.crt"),
            "--tls-client-cert-file", Path.Combine(_folder, "tls.crt"), "--tls-client-key-file", Path.Combine(_folder, "tls.key"),
        ];
        var own = await RunAsync([.. weir, "observe", .. arguments, .. server], cancellation);
        if (_hubble is null || own.ExitCode != 0) return own;
        var stock = await RunAsync([_hubble, "observe", .. arguments, .. server], cancellation);
        return new CommandResult($"{own.Output}\nand by the stock {_hubble}:\n{stock.Output}", stock.ExitCode);
    }

    private async Task<CommandResult> KubectlAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        await RunAsync([_kubectl!, "--kubeconfig", Kubeconfig, .. arguments], cancellation);

    private static async Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_longestAnswer);
        try
        {
            var result = await ToolRun.RunAsync(command[0], command.Skip(1), patience.Token);
            return new CommandResult((result.Output + result.Error).TrimEnd('\n'), result.ExitCode);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new CommandResult($"(no end of {command[0]} after {_longestAnswer.TotalSeconds:0} s)", 124);
        }
    }
}
