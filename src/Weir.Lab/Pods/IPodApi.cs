using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>Where a node learns of its pods and tells of them: the API server, or in a test a script.</summary>
internal interface IPodApi
{
    /// <summary>Follows the pods bound to a node until cancelled: all of them first (and after a gap again), then each change.</summary>
    Task FollowAsync(string node, Action<IReadOnlyList<JsonObject>> all, Action<JsonObject> changed, Action<JsonObject> removed, CancellationToken cancellation);

    /// <summary>Tells a pod's status. A pod that is gone is no error.</summary>
    Task WriteStatusAsync(PodKey pod, JsonObject status, CancellationToken cancellation);

    /// <summary>Tells that a deleted pod has stopped.</summary>
    Task ConfirmStoppedAsync(PodKey pod, CancellationToken cancellation);

    /// <summary>The services that a pod's variables may name: those of its namespace, and <c>default/kubernetes</c>.</summary>
    Task<IReadOnlyList<JsonObject>> ListServicesAsync(string ns, CancellationToken cancellation);
}
