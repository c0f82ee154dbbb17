using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>Where a node learns of its pods and tells of them: the API server, or in a test a script.</summary>
internal interface IPodApi
{
    /// <summary>Follows the pods bound to a node until cancelled: all of them first (and after a gap again), then each change.</summary>
    Task FollowAsync(string name, Action<IReadOnlyList<JsonObject>> all, Action<JsonObject> changed, Action<JsonObject> removed, CancellationToken cancellation);

    /// <summary>Tells a pod's status. A pod that is gone is no error.</summary>
    Task WriteStatusAsync(PodKey pod, JsonObject status, CancellationToken cancellation);

    /// <summary>Tells that a deleted pod has stopped.</summary>
    Task ConfirmStoppedAsync(PodKey pod, CancellationToken cancellation);

    /// <summary>The services that a pod's variables may name: those of its namespace, and <c>default/kubernetes</c>.</summary>
    Task<IReadOnlyList<JsonObject>> ListServicesAsync(string ns, CancellationToken cancellation);

    /// <summary>An object that a pod names; null when there is none.</summary>
    /// <param name="plural">Its kind, such as <c>configmaps</c>.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<JsonObject?> FindAsync(string plural, string ns, string name, CancellationToken cancellation);

    /// <summary>A token of a pod's service account.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="audience">For whom; null is the API server.</param>
    /// <param name="seconds">How long it is good.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LabException">There is no such account, or the server signs none.</exception>
    Task<string> TokenAsync(PodSpec pod, string? audience, long seconds, CancellationToken cancellation);

    /// <summary>Writes an event about a pod.</summary>
    void Tell(PodSpec pod, bool isWarning, string reason, string message, string? field);

    /// <summary>Writes what was told until cancelled.</summary>
    Task TellAllAsync(CancellationToken cancellation);
}
