using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>What a pod's containers and volumes take out of the API server, and what its node tells of it.</summary>
/// <param name="api">The API server.</param>
/// <param name="pod">The pod.</param>
internal sealed class PodDocuments(IPodApi api, PodSpec pod)
{
    /// <summary>The pod as it is now: labels and annotations may change while it runs.</summary>
    public PodSpec Pod { get; set; } = pod;

    /// <summary>The services that its variables may name.</summary>
    public IReadOnlyList<JsonObject> Services { get; set; } = [];

    /// <summary>Tells of something as it should be.</summary>
    public void Normal(string reason, string message, string? field = null) => api.Tell(Pod, isWarning: false, reason, message, field);

    /// <summary>Tells of something that should not be.</summary>
    public void Warning(string reason, string message, string? field = null) => api.Tell(Pod, isWarning: true, reason, message, field);

    /// <summary>The config maps and secrets that a container's variables come from.</summary>
    public async Task<VariableSources> ForAsync(ContainerSpec container, CancellationToken cancellation)
    {
        var sources = new VariableSources(Pod.Key.Namespace, Services);
        foreach (var (plural, name) in container.Environment.Select(v => v["valueFrom"]).SelectMany(from => ((string, string?)[])
                     [("configmaps", from.Text("configMapKeyRef", "name")), ("secrets", from.Text("secretKeyRef", "name"))])
                 .Concat(container.EnvironmentFrom.SelectMany(from => ((string, string?)[])
                     [("configmaps", from.Text("configMapRef", "name")), ("secrets", from.Text("secretRef", "name"))])))
        {
            if (name is not null && !sources.Has(plural, name)) sources.Add(plural, name, await api.FindAsync(plural, Pod.Key.Namespace, name, cancellation));
        }

        return sources;
    }

    /// <summary>An object of the pod's namespace; null when there is none.</summary>
    public Task<JsonObject?> FindAsync(string plural, string name, CancellationToken cancellation) => api.FindAsync(plural, Pod.Key.Namespace, name, cancellation);

    /// <summary>A token of the pod's service account.</summary>
    /// <exception cref="LabException">There is no such account, or the server signs none.</exception>
    public Task<string> TokenAsync(string? audience, long seconds, CancellationToken cancellation) =>
        api.TokenAsync(Pod, audience, seconds, cancellation);
}
