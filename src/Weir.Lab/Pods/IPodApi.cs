using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>Where a node learns of its pods and tells of them: the API server, or in a test a script.</summary>
internal interface IPodApi
{
    /// <summary>The pods bound to a node, again and again: each element is a pod as it is now, or with null one that is gone. Ends when cancelled.</summary>
    IAsyncEnumerable<(PodKey Key, JsonObject? Pod)> WatchAsync(string node, CancellationToken cancellation);

    /// <summary>Tells a pod's status. One that is gone is no error.</summary>
    Task WriteStatusAsync(PodKey pod, JsonObject status, CancellationToken cancellation);

    /// <summary>Tells that a deleted pod has stopped.</summary>
    Task ConfirmStoppedAsync(PodKey pod, CancellationToken cancellation);

    /// <summary>The services of a namespace: name, cluster address, ports, for the variables that name them.</summary>
    Task<IReadOnlyList<JsonObject>> ListServicesAsync(string ns, CancellationToken cancellation);
}
