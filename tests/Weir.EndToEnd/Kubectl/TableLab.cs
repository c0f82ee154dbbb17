using Weir.Lab;
using Weir.Lab.Simulated;
using Xunit;

namespace Weir.EndToEnd.Kubectl;

/// <summary>A lab for the commands of the table, without the pet store: they deploy it.</summary>
internal sealed class TableLab : IAsyncDisposable
{
    private readonly Func<Task<IReadOnlyList<string>>> _stop;

    private TableLab(bool isReal, string kubeconfig, Func<Task<IReadOnlyList<string>>> stop) => (IsReal, Kubeconfig, _stop) = (isReal, kubeconfig, stop);

    /// <summary>Whether its pods are containers on this machine's kernel.</summary>
    public bool IsReal { get; }

    /// <summary>The way to it.</summary>
    public string Kubeconfig { get; }

    /// <summary>One of real pods.</summary>
    public static async Task<TableLab> RealAsync(CancellationToken cancellation)
    {
        var options = RealLab.NewOptions("kubectl");
        var lab = await LabCluster.StartAsync(options, null, cancellation);
        return new TableLab(true, lab.Front!.Services.KubeconfigPath, async () =>
        {
            var left = await lab.StopAsync();
            File.Delete(options.RunFolder + ".lock"); // a folder of this process's own: nobody else will ever take it
            return left;
        });
    }

    /// <summary>A simulated one.</summary>
    public static async Task<TableLab> SimulatedAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("weir-table-");
        var lab = await SimulatedLab.StartAsync(
            new SimulatedLabOptions { RunFolder = Path.Combine(folder.FullName, "lab"), FrontPort = 0 }, null, cancellation);
        return new TableLab(false, lab.Front!.Services.KubeconfigPath, async () =>
        {
            await lab.StopAsync();
            folder.Delete(recursive: true);
            return [];
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => Assert.Empty(await _stop());
}
