using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>A folder that containers may mount.</summary>
/// <param name="HostPath">A folder or file of the machine; null makes a folder for the pod.</param>
/// <param name="Problem">Why the lab cannot provide it; null when it can.</param>
internal sealed record PodVolume(string? HostPath, string? Problem)
{
    private const int UsualMode = 0b110_100_100; // rw-r--r--

    /// <summary>What its files come from, each as a projected volume has it; empty for a folder without files of ours.</summary>
    public IReadOnlyList<JsonObject> Sources { get; init; } = [];

    /// <summary>The permissions of its files.</summary>
    public int Mode { get; init; } = UsualMode;

    /// <summary>Reads a volume of a pod.</summary>
    public static PodVolume Read(JsonObject volume)
    {
        if ((string?)volume["hostPath"]?["path"] is { } path) return new PodVolume(path, null);
        if (volume["emptyDir"] is not null) return new PodVolume(null, null);
        if (volume["projected"] is JsonObject projected)
            return new PodVolume(null, null) { Sources = [.. PodSpec.Items(projected, "sources")], Mode = (int)(projected.Number("defaultMode") ?? UsualMode) };
        foreach (var kind in (string[])["configMap", "secret", "downwardAPI"])
        {
            if (volume[kind] is not JsonObject own) continue;
            var source = (JsonObject)own.DeepClone();
            if (source["secretName"] is { } name) source["name"] = name.DeepClone();
            return new PodVolume(null, null) { Sources = [new JsonObject { [kind] = source }], Mode = (int)(own.Number("defaultMode") ?? UsualMode) };
        }

        var unknown = volume.Select(p => p.Key).FirstOrDefault(k => k != "name") ?? "nothing";
        return new PodVolume(
            null, $"volume '{(string?)volume["name"]}' is of kind {unknown}; the lab provides configMap, downwardAPI, emptyDir, hostPath, projected and secret");
    }
}
