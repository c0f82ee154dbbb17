using Weir.Cluster;
using Weir.Lab.Manifests;

namespace Weir.Lab.ClusterApi;

/// <summary>What every lab has in it beside its nodes: cluster DNS.</summary>
internal static class SystemManifests
{
    private const string ClusterDns = "cluster-dns.yaml";

    /// <summary>Applies it.</summary>
    /// <param name="connection">The API server.</param>
    /// <param name="runFolder">The lab's folder, below which the zone's file is.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task ApplyAsync(KubernetesConnection connection, string runFolder, CancellationToken cancellation)
    {
        await using var stream = typeof(SystemManifests).Assembly.GetManifestResourceStream(ClusterDns)!;
        using var reader = new StreamReader(stream);
        var text = (await reader.ReadToEndAsync(cancellation)).Replace("RUN_FOLDER", runFolder, StringComparison.Ordinal);
        await new ManifestApplier(connection).ApplyAsync(text, cancellation, ClusterDns);
    }
}
