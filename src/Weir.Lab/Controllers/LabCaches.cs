using Microsoft.Extensions.Logging;
using Weir.Cluster;

namespace Weir.Lab.Controllers;

/// <summary>The copies that the controllers share.</summary>
internal sealed class LabCaches(KubernetesConnection connection, TimeProvider time, ILogger logger)
{
    public ObjectCache Pods { get; } = new(connection, "/api/v1/pods", time, logger);

    public ObjectCache Nodes { get; } = new(connection, "/api/v1/nodes", time, logger);

    public ObjectCache Namespaces { get; } = new(connection, "/api/v1/namespaces", time, logger);

    public ObjectCache Services { get; } = new(connection, "/api/v1/services", time, logger);

    public ObjectCache Endpoints { get; } = new(connection, "/api/v1/endpoints", time, logger);

    public ObjectCache Slices { get; } = new(connection, "/apis/discovery.k8s.io/v1/endpointslices", time, logger);

    public ObjectCache Deployments { get; } = new(connection, "/apis/apps/v1/deployments", time, logger);

    public ObjectCache ReplicaSets { get; } = new(connection, "/apis/apps/v1/replicasets", time, logger);

    public ObjectCache StatefulSets { get; } = new(connection, "/apis/apps/v1/statefulsets", time, logger);

    public ObjectCache DaemonSets { get; } = new(connection, "/apis/apps/v1/daemonsets", time, logger);

    public ObjectCache Jobs { get; } = new(connection, "/apis/batch/v1/jobs", time, logger);

    public ObjectCache CronJobs { get; } = new(connection, "/apis/batch/v1/cronjobs", time, logger);

    public ObjectCache Revisions { get; } = new(connection, "/apis/apps/v1/controllerrevisions", time, logger);

    public ObjectCache Budgets { get; } = new(connection, "/apis/policy/v1/poddisruptionbudgets", time, logger);

    public ObjectCache Autoscalers { get; } = new(connection, "/apis/autoscaling/v2/horizontalpodautoscalers", time, logger);

    private IEnumerable<ObjectCache> All =>
        [Pods, Nodes, Namespaces, Services, Endpoints, Slices, Deployments, ReplicaSets, StatefulSets, DaemonSets, Revisions, Budgets, Autoscalers, Jobs, CronJobs];

    /// <summary>Completes when every collection has been listed once: before that, what is missing cannot be told from what is not seen yet.</summary>
    public Task WhenListed => Task.WhenAll(All.Select(c => c.WhenListed));

    /// <summary>Follows the server until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(All.Select(c => c.RunAsync(cancellationToken)));
}
