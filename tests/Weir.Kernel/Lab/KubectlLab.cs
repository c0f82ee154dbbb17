using System.Diagnostics;
using Weir.Lab.Manifests;
using Weir.Lab.Pods;
using Weir.Linux;
using Xunit;

namespace Weir.Kernel.Lab;

/// <summary>A lab with a few pods for the tests of one class, and the machine's own kubectl that speaks to it.</summary>
public sealed class KubectlLab : IAsyncLifetime
{
    private const string Pods = """
        apiVersion: v1
        kind: Pod
        metadata: { name: shell, namespace: default, labels: { app: shell } }
        spec:
          nodeName: node1
          terminationGracePeriodSeconds: 1
          containers:
            - name: shell
              image: busybox
              command: ["sh", "-c", "for i in 1 2 3 4 5; do echo line $i; done; echo to-stderr >&2; trap exit TERM; while true; do sleep 0.1; done"]
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: web, namespace: default, labels: { app: web } }
        spec:
          nodeName: node2
          containers:
            - name: products
              image: weir/pet-store:1
              args: ["product-service"]
              readinessProbe: { httpGet: { path: /health, port: 3002 }, periodSeconds: 5 }
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: web, namespace: default }
        spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 3002 }] }
        """;

    private static readonly string? s_kubectl =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "kubectl")).FirstOrDefault(File.Exists);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("weir-kubectl-");
    private StartedLab? _started;

    /// <summary>A folder for the tests' files, and the working folder of kubectl.</summary>
    public string Folder => _home.FullName;

    internal StartedLab Started => _started!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(s_kubectl is null, "no kubectl on this machine");
        _started = await StartedLab.StartAsync(options => options with { FrontPort = 0 });
        await new ManifestApplier(_started.Lab.Connection).ApplyAsync(Pods, TestContext.Current.CancellationToken);
        await _started.WaitForPodAsync("shell", TimeSpan.FromSeconds(60));
        await _started.WaitForPodAsync("web", TimeSpan.FromSeconds(60));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_started is not null) await _started.DisposeAsync();
        _home.Delete(recursive: true);
    }

    /// <summary>Runs kubectl to its end.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(string? input, params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input ?? "");
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs kubectl, which is to succeed; its standard output.</summary>
    public async Task<string> KubectlAsync(params IEnumerable<string> arguments)
    {
        var (code, output, error) = await RunAsync(null, arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: exit {code}\n{output}{error}");
        return output;
    }

    /// <summary>Starts kubectl; the caller disposes it.</summary>
    public Process Start(params IEnumerable<string> arguments) => Start([s_kubectl!, .. arguments]);

    /// <summary>Starts kubectl on a terminal.</summary>
    public Process StartOn(PseudoTerminal terminal, params IEnumerable<string> arguments) =>
        Start([.. TerminalStart.Command(terminal.FarPath, [s_kubectl!, .. arguments])]);

    private Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder,
        };
        start.Environment["HOME"] = Folder;
        start.Environment["KUBECONFIG"] = Started.Lab.Front!.Services.KubeconfigPath;
        if (UseSpdy) start.Environment["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = start.Environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = "false";
        return Process.Start(start)!;
    }

    /// <summary>Whether kubectl is to speak SPDY, as its older versions do.</summary>
    public bool UseSpdy { get; set; }
}
