using Weir.Model;

namespace Weir.Observe.Metrics.Contexts;

/// <summary>What an identifier says of one end.</summary>
internal static class ContextValue
{
    // Where an application writes its name, the recommended place first.
    private static readonly string[] _appLabels = ["app.kubernetes.io/name", "k8s-app", "app"];

    /// <summary>The value; empty where the end has none.</summary>
    public static string Of(ContextIdentifier identifier, Endpoint end, IpAddress address) => identifier switch
    {
        ContextIdentifier.Identity => string.Join(',', end.Labels.Labels),
        ContextIdentifier.Namespace => end.Namespace,
        ContextIdentifier.Pod => end.PodName.Length == 0 ? "" : $"{end.Namespace}/{end.PodName}",
        ContextIdentifier.PodName => end.PodName,
        ContextIdentifier.Dns => string.Join(',', end.Names),
        ContextIdentifier.Ip => address.IsNone ? "" : address.ToString(),
        ContextIdentifier.ReservedIdentity => Reserved(end),
        ContextIdentifier.Workload => WorkloadOf(end) is { Length: > 0 } workload ? $"{end.Namespace}/{workload}" : "",
        ContextIdentifier.WorkloadName => WorkloadOf(end),
        _ => AppOf(end),
    };

    /// <summary>Whether the value is the pod's own, so that it goes with the pod.</summary>
    public static bool IsOfPod(ContextIdentifier identifier) => identifier is ContextIdentifier.Pod or ContextIdentifier.PodName or ContextIdentifier.Ip;

    /// <summary>The name of what made the pod; empty for what is no pod.</summary>
    public static string WorkloadOf(Endpoint end) => end.Workloads.Count > 0 ? end.Workloads[0].Name : "";

    /// <summary>Its kind.</summary>
    public static string WorkloadKindOf(Endpoint end) => end.Workloads.Count > 0 ? end.Workloads[0].Kind : "";

    /// <summary>The application's name.</summary>
    public static string AppOf(Endpoint end)
    {
        foreach (var key in _appLabels)
        {
            if (end.Labels.Find("k8s", key) is { Length: > 0 } name) return name;
        }

        return "";
    }

    private static string Reserved(Endpoint end)
    {
        var found = "";
        foreach (var label in end.Labels.Labels)
        {
            if (label.Source != "reserved") continue;
            if (label.Key == "kube-apiserver") return label.ToString(); // says more than the world or the node that it also is
            if (found.Length == 0) found = label.ToString();
        }

        return found;
    }
}
