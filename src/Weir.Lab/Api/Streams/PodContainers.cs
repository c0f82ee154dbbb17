using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Streams;

/// <summary>Which container of a pod a request means.</summary>
internal static class PodContainers
{
    /// <summary>The container's name: the one that was asked for, or the only one.</summary>
    /// <exception cref="ApiStatusException">There is none of that name, or there are several.</exception>
    public static string Choose(JsonObject pod, string asked)
    {
        var name = pod.Text("metadata", "name");
        if (asked.Length > 0)
        {
            return ((string[])["containers", "initContainers", "ephemeralContainers"]).Any(list => Names(pod, list).Contains(asked))
                ? asked
                : throw ApiFaults.BadRequest($"container {asked} is not valid for pod {name}");
        }

        var (containers, init) = (Names(pod, "containers").ToList(), Names(pod, "initContainers").ToList());
        if (containers.Count == 1) return containers[0];
        if (pod.Text("metadata", "annotations", "kubectl.kubernetes.io/default-container") is { Length: > 0 } preferred && containers.Contains(preferred)) return preferred;
        var others = init.Count == 0 ? "" : $" or one of the init containers: [{string.Join(' ', init)}]";
        throw ApiFaults.BadRequest($"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', containers)}]{others}");
    }

    /// <summary>Why a container waits, out of its pod's status.</summary>
    public static string WaitingReason(JsonObject pod, string container) =>
        ((string[])["containerStatuses", "initContainerStatuses"]).SelectMany(list => pod.Items("status", list))
            .FirstOrDefault(status => status.Text("name") == container)?.Text("state", "waiting", "reason") ?? "ContainerCreating";

    private static IEnumerable<string> Names(JsonObject pod, string list) => pod.Items("spec", list).Select(c => c.Text("name") ?? "");
}
