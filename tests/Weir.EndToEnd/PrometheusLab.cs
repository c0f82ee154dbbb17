using Weir.Lab;
using Weir.Lab.Guide;
using Weir.Lab.Guide.Dashboards;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>A lab of real pods whose agents have so small a ring of events that one which is held up loses some at once, and a table that one policy fills.</summary>
public sealed class PrometheusLab : IAsyncLifetime
{
    /// <summary>Address ranges with an identity that a node has room for.</summary>
    public const int Addresses = 1000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-prometheus-");
    private readonly LabOptions _options = RealLab.NewOptions("prom") with { AgentArguments = ["--event-ring-bytes", "4096", "--table-entries", $"weir_ipcache={Addresses}"] };
    private LabCluster? _lab;

    /// <summary>Where Prometheus is; null where there is none.</summary>
    public static string? Program => PrometheusServer.Find() ?? (File.Exists(InArtifacts) ? InArtifacts : null);

    /// <summary>Why the tests cannot run here; null where they can.</summary>
    public static string? Missing => RealLab.Missing ?? (Program is null ? "needs Prometheus: ./test fetches it where there is apt-get" : null);

    /// <summary>The address that a person would give to Prometheus.</summary>
    public Uri Page => new(_lab!.Front!.Services.Find("metrics")!);

    /// <summary>For files of a test.</summary>
    public string Folder => _folder.FullName;

    public LabHands Hands => RealLabHands.Of(_lab!, _options);

    private static string InArtifacts => Path.Combine(Built.Repository, "artifacts/prometheus/usr/bin/prometheus");

    public int AgentProcess(int agent) => _lab!.Agents[agent].ProcessId;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        _lab = await LabCluster.StartAsync(_options, null, CancellationToken.None);
        using var reader = new StreamReader(typeof(LabCluster).Assembly.GetManifestResourceStream("pet-store.yaml")!);
        await new PetStore(_lab.Connection).DeployAsync(await reader.ReadToEndAsync(), TimeSpan.FromSeconds(120), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        if (_lab is null) return;
        Assert.Empty(await _lab.StopAsync());
        File.Delete(_options.RunFolder + ".lock");
    }
}
