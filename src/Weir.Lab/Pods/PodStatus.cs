using System.Net;
using System.Text.Json.Nodes;
using Weir.Lab.Network;

namespace Weir.Lab.Pods;

/// <summary>Puts a pod's status together, as Kubernetes has it.</summary>
internal static class PodStatus
{
    /// <summary>The status of a pod now.</summary>
    /// <param name="node">Its node's number.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="addresses">Its addresses, IPv4 first; null before it has a network.</param>
    /// <param name="init">Its init containers.</param>
    /// <param name="containers">Its containers.</param>
    /// <param name="startedAt">Since when the node has it.</param>
    /// <param name="problem">Why there is no network yet; null when nothing is wrong.</param>
    public static JsonObject Of(
        int node, PodSpec pod, IReadOnlyList<IPAddress>? addresses, IReadOnlyList<ContainerState> init, IReadOnlyList<ContainerState> containers,
        DateTimeOffset startedAt, string? problem)
    {
        var initialized = pod.InitContainers.Count == 0 || (init.Count == pod.InitContainers.Count && init.Zip(pod.InitContainers).All(c => c.Second.IsSidecar ? c.First.IsStarted : c.First is { IsOver: true, LastEnd.ExitCode: 0 }));
        var ready = containers.Count == pod.Containers.Count && containers.All(c => c.IsReady);
        var stamp = ContainerState.Timestamp(startedAt);
        var status = new JsonObject
        {
            ["phase"] = Phase(pod, init, containers),
            ["startTime"] = stamp,
            ["qosClass"] = "BestEffort",
            ["hostIP"] = LabAddresses.Node(node)[0].ToString(),
            ["hostIPs"] = new JsonArray([.. LabAddresses.Node(node).Select(a => new JsonObject { ["ip"] = a.ToString() })]),
            ["conditions"] = new JsonArray(
                Condition("PodReadyToStartContainers", addresses is not null, stamp, problem),
                Condition("Initialized", initialized, stamp, null),
                Condition("Ready", ready, stamp, null),
                Condition("ContainersReady", ready, stamp, null),
                Condition("PodScheduled", true, stamp, null)),
            ["containerStatuses"] = Statuses(pod.Containers, containers, pod.InitContainers.Count > 0 && addresses is not null ? ContainerState.Initializing : ContainerState.Creating),
        };
        if (pod.InitContainers.Count > 0) status["initContainerStatuses"] = Statuses(pod.InitContainers, init, ContainerState.Initializing);
        status["message"] = problem; // null takes an earlier one away, since the status is merged
        if (addresses is null) return status;
        status["podIP"] = addresses[0].ToString();
        status["podIPs"] = new JsonArray([.. addresses.Select(a => new JsonObject { ["ip"] = a.ToString() })]);
        return status;
    }

    private static string Phase(PodSpec pod, IReadOnlyList<ContainerState> init, IReadOnlyList<ContainerState> containers)
    {
        if (init.Any(c => c is { IsOver: true, LastEnd.ExitCode: not 0 }) && containers.Count == 0) return "Failed";
        if (containers.Count < pod.Containers.Count) return "Pending";
        if (containers.All(c => c.IsOver)) return containers.All(c => c.LastEnd?.ExitCode == 0) ? "Succeeded" : "Failed";

        // Once every container has started the pod runs, also while one of them waits to start again.
        return containers.All(c => c.RuntimeId is not null) ? "Running" : "Pending";
    }

    private static JsonArray Statuses(IReadOnlyList<ContainerSpec> specs, IReadOnlyList<ContainerState> states, ContainerState before) =>
        new([.. specs.Select((spec, i) => (i < states.Count ? states[i] : before).ToJson(spec))]);

    private static JsonObject Condition(string type, bool holds, string since, string? message)
    {
        var condition = new JsonObject { ["type"] = type, ["status"] = holds ? "True" : "False", ["lastProbeTime"] = null, ["lastTransitionTime"] = since };
        if (!holds && message is not null) condition["message"] = message;
        return condition;
    }
}
