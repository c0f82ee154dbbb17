using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>The control plane beside the API server: workloads, services, namespaces, the scheduler.</summary>
/// <remarks>Each controller looks at the whole of what it owns whenever something near it changes; none polls.</remarks>
public sealed class LabControllers
{
    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly IReadOnlyList<Func<CancellationToken, Task>> _loops;

    /// <summary>Prepares the controllers; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="connection">The API server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where failures are told.</param>
    /// <param name="server">The server itself, for the keys of service accounts; null keeps no tokens.</param>
    public LabControllers(
        KubernetesConnection connection, TimeProvider? time = null, ILoggerFactory? loggers = null, ApiServer? server = null)
    {
        time ??= TimeProvider.System;
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<LabControllers>();
        _api = new LabApi(connection);
        _caches = new LabCaches(connection, time, logger);
        var scheduler = new EventRecorder(connection, "default-scheduler", null, time);
        var recorders = ((string[])["deployment-controller", "replicaset-controller", "statefulset-controller", "daemonset-controller", "job-controller", "cronjob-controller"])
            .ToDictionary(component => component, component => new EventRecorder(connection, component, null, time));
        _loops =
        [
            new DeploymentController(_api, _caches, recorders["deployment-controller"], time, logger).RunAsync,
            new ReplicaSetController(_api, _caches, recorders["replicaset-controller"], time, logger).RunAsync,
            new StatefulSetController(_api, _caches, recorders["statefulset-controller"], time, logger).RunAsync,
            new DaemonSetController(_api, _caches, recorders["daemonset-controller"], time, logger).RunAsync,
            new JobController(_api, _caches, recorders["job-controller"], time, logger).RunAsync,
            new CronJobController(_api, _caches, recorders["cronjob-controller"], time, logger).RunAsync,
            new EndpointController(_api, _caches, time, logger).RunAsync,
            new LoadBalancerController(_api, _caches, time, logger).RunAsync,
            new DisruptionController(_api, _caches, time, logger).RunAsync,
            new AutoscalerController(_api, _caches, time, logger).RunAsync,
            new NamespaceController(_api, _caches, time, logger).RunAsync,
            new PodScheduler(_api, _caches, scheduler, time, logger).RunAsync,
            .. recorders.Values.Append(scheduler).Select<EventRecorder, Func<CancellationToken, Task>>(recorder => recorder.RunAsync),
            new EventExpiry(connection, time).RunAsync,
            .. server is { Accounts: { } tokens, AuthorityPem: { } authority }
                ? [new AccountController(connection, _api, _caches, tokens, authority, time, logger).RunAsync]
                : Array.Empty<Func<CancellationToken, Task>>(),
        ];
    }

    /// <summary>Makes what every cluster has from the start: its first namespaces and the service <c>kubernetes</c>.</summary>
    /// <exception cref="ApiRefusedException">The server refused.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            await _api.EnsureAsync(
                "/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, cancellationToken);
        }

        foreach (var document in DefaultRoles.Documents())
            await _api.EnsureAsync($"/apis/rbac.authorization.k8s.io/v1/{document.Text("kind")!.ToLowerInvariant()}s", document, cancellationToken);

        var kubernetes = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "kubernetes",
                ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
            },
            ["spec"] = new JsonObject
            {
                ["clusterIP"] = "10.0.0.1",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["targetPort"] = 6443 }),
            },
        };
        try
        {
            await _api.EnsureAsync("/api/v1/namespaces/default/services", kubernetes, cancellationToken);
        }
        catch (ApiRefusedException there) when (there.Code == 422)
        {
            // After a restart its address is taken: by itself.
        }
    }

    /// <summary>Runs every controller until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watching = _caches.RunAsync(cancellationToken);
        await Task.WhenAny(_caches.WhenListed, watching);
        await Task.WhenAll(_loops.Select(loop => loop(cancellationToken)).Append(watching));
    }
}
