using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Cluster.Watch;

namespace Weir.Unit.Lab;

/// <summary>Says of every pod that is bound that it runs, and lets those go that are being deleted: a node without containers.</summary>
public sealed class FakeKubelet(LabServer lab)
{
    private int _address;

    public bool Ready { get; set; } = true;

    public async Task AddNodeAsync(string name) => await lab.CreateAsync("/api/v1/nodes", $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/hostname":"{{{name}}}"}},
         "status":{"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"172.18.0.11"}]}}
        """);

    public Task RunAsync(CancellationToken ct)
    {
        var reflector = new Reflector(lab.Connection, "/api/v1/pods", new ClusterWatchOptions(), TimeProvider.System, NullLogger.Instance)
        {
            Listed = items =>
            {
                foreach (var item in items) Tend(item, ct);
            },
            Changed = pod => Tend(pod, ct),
            Removed = _ => { },
        };
        return reflector.RunAsync(ct);
    }

    private void Tend(JsonObject pod, CancellationToken ct) => _ = Task.Run(() => TendAsync(pod, ct), ct);

    private async Task TendAsync(JsonObject pod, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(pod.Text("spec", "nodeName"))) return;
        var path = $"/api/v1/namespaces/{pod.ObjectName().Namespace}/pods/{pod.ObjectName().Name}";
        try
        {
            if (pod.Text("metadata", "deletionTimestamp") is not null)
            {
                await lab.Connection.SendAsync(HttpMethod.Delete, path, new JsonObject { ["gracePeriodSeconds"] = 0 }, ct);
            }
            else if (pod.Text("status", "phase") == "Pending")
            {
                var number = Interlocked.Increment(ref _address);
                var status = pod.Ensure("status");
                status["phase"] = "Running";
                status["podIP"] = $"192.168.1.{number}";
                status["podIPs"] = new JsonArray(
                    new JsonObject { ["ip"] = $"192.168.1.{number}" }, new JsonObject { ["ip"] = $"fd00:192:168:1::{number:x}" });
                status["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = Ready ? "True" : "False" });
                await lab.Connection.SendAsync(HttpMethod.Put, path + "/status", pod, ct);
            }
        }
        catch (ApiRefusedException)
        {
            // Written meanwhile: the next version comes by itself.
        }
    }
}
