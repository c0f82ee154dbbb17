using Weir.Lab;
using Weir.Lab.Guide;
using Weir.Lab.Pods;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>One lab of real pods on the real kernel for all tests of a class, with the pet store deployed.</summary>
public sealed class RealLab : IAsyncLifetime
{
    private static int s_made;
    private LabCluster? _lab;
    private MachineCapture? _capture;

    /// <summary>Why no such lab can run here; null where it can.</summary>
    public static string? Missing =>
        Environment.UserName != "root" ? "needs root"
        : !File.Exists(Built.Native("Weir.Workloads", "weir-workload")) ? "needs the native programs, which need clang or gcc"
        : !File.Exists("/usr/sbin/runc") ? "needs runc"
        : null;

    public LabCluster Lab => _lab ?? throw new InvalidOperationException(Missing);

    public LabOptions Options { get; } = NewOptions("e2e");

    /// <summary>How a lab of this process is built.</summary>
    /// <param name="name">The start of its folder's name.</param>
    public static LabOptions NewOptions(string name) => new()
    {
        RunFolder = $"/run/weir/{name}{Environment.ProcessId}-{Interlocked.Increment(ref s_made)}",
        WorkloadBinary = Built.Native("Weir.Workloads", "weir-workload"),
        CniPlugin = Built.Native("Weir.Cni", "weir-cni"),
        ProxyBinary = Built.Native("Weir.NodeProxy", "weir-proxy"),
        WeirCommand = Built.WeirCommand,
        FrontPort = 0,
    };

    public PetStore Store => new(Lab.Connection);

    public LabHands Hands => RealLabHands.Of(Lab, Options);

    public string Socket(int node, string name) => Path.Combine(Options.RunFolder, $"node{node}", name);

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        _capture = await MachineCapture.StartAsync();
        _lab = await LabCluster.StartAsync(Options, null, CancellationToken.None);
        using var stream = typeof(LabCluster).Assembly.GetManifestResourceStream("pet-store.yaml")!;
        using var reader = new StreamReader(stream);
        await Store.DeployAsync(await reader.ReadToEndAsync(), TimeSpan.FromSeconds(120), CancellationToken.None);
    }

    /// <summary>Opens a conversation from a pod of the store: what is written goes out, what comes can be read.</summary>
    public async Task<PodExec> TalkAsync(string app, string command) =>
        await Lab.ExecAsync("pets", await Store.PodOfAsync(app, TestContext.Current.CancellationToken), app, ["sh", "-c", command])
        ?? throw new InvalidOperationException($"no container {app}");

    public async ValueTask DisposeAsync()
    {
        if (_lab is null) return;
        var left = await _lab.StopAsync();
        Assert.Empty(left);
        Assert.False(Directory.Exists(Options.RunFolder), $"{Options.RunFolder} is left");
        File.Delete(Options.RunFolder + ".lock"); // a folder of this process's own: nobody else will ever take it
        if (_capture is not null) await _capture.DisposeAsync();
    }
}
