using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>A folder that containers may mount.</summary>
/// <param name="HostPath">A folder of the machine; null makes an empty one for the pod.</param>
/// <param name="Problem">Why the lab cannot provide it; null when it can.</param>
internal sealed record PodVolume(string? HostPath, string? Problem)
{
    /// <summary>Reads a volume of a pod.</summary>
    public static PodVolume Read(JsonObject volume)
    {
        if ((string?)volume["hostPath"]?["path"] is { } path) return new PodVolume(path, null);
        if (volume["emptyDir"] is not null) return new PodVolume(null, null);
        var kind = volume.Select(p => p.Key).FirstOrDefault(k => k != "name") ?? "nothing";
        return new PodVolume(null, $"volume '{(string?)volume["name"]}' is of kind {kind}; the lab provides hostPath and emptyDir");
    }
}
