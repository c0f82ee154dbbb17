using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Fills in what a document leaves open, with the values that Kubernetes documents.</summary>
internal static class ObjectDefaults
{
    /// <summary>Completes a new object; takes away a status that only a controller may write.</summary>
    public static void PrepareNew(ResourceKind kind, JsonObject next)
    {
        // A node reports itself, status and all, in one request.
        if (kind.HasStatus && kind.StoreKey != "nodes") next.Remove("status");
        Complete(kind, next);
        switch (kind.StoreKey)
        {
            case "pods":
                next["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" };
                break;
            case "namespaces":
                next.Ensure("spec")["finalizers"] = new JsonArray("kubernetes");
                next["status"] = new JsonObject { ["phase"] = "Active" };
                next.Ensure("metadata", "labels")["kubernetes.io/metadata.name"] = next.Text("metadata", "name");
                break;
            case "services":
                next["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
                break;
        }

        if (kind.Group == "apps" && kind.HasStatus) next.Ensure("status");
    }

    /// <summary>Completes a changed object.</summary>
    public static void PrepareChanged(ResourceKind kind, JsonObject next, JsonObject old)
    {
        Complete(kind, next);
        if (kind.StoreKey == "namespaces")
        {
            // Only the subresource finalize lets a namespace go.
            next["spec"] = old["spec"]?.DeepClone();
            next.Ensure("metadata", "labels")["kubernetes.io/metadata.name"] = next.Text("metadata", "name");
        }
    }

    private static void Complete(ResourceKind kind, JsonObject next)
    {
        if (kind.OpenApi is { } schema) Custom.SchemaDefaults.Apply(next, schema);
        switch (kind.StoreKey)
        {
            case "pods":
                Pod(next.Ensure("spec"));
                break;
            case "deployments.apps":
                Workload(next);
                Deployment(next.Ensure("spec"));
                break;
            case "replicasets.apps":
                Workload(next);
                break;
            case "statefulsets.apps":
                Workload(next);
                StatefulSet(next.Ensure("spec"));
                break;
            case "daemonsets.apps":
                Template(next.Ensure("spec"));
                next.Ensure("spec").Default("revisionHistoryLimit", () => 10);
                next.Ensure("spec").Default("updateStrategy", () => new JsonObject
                {
                    ["type"] = "RollingUpdate",
                    ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = 1, ["maxSurge"] = 0 },
                });
                break;
            case "jobs.batch":
                Job(next.Ensure("spec"));
                break;
            case "services":
                Service(next.Ensure("spec"));
                break;
            case "secrets":
                Secret(next);
                break;
            case "networkpolicies.networking.k8s.io":
                NetworkPolicy(next.Ensure("spec"));
                break;
        }
    }

    private static void Workload(JsonObject next)
    {
        var spec = next.Ensure("spec");
        spec.Default("replicas", () => 1);
        Template(spec);
    }

    private static void Template(JsonObject spec)
    {
        if (spec.Map("template") is { } template) Pod(template.Ensure("spec"));
    }

    private static void Deployment(JsonObject spec)
    {
        spec.Default("revisionHistoryLimit", () => 10);
        spec.Default("progressDeadlineSeconds", () => 600);
        var strategy = spec.Ensure("strategy");
        strategy.Default("type", () => "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate") return;
        var rolling = strategy.Ensure("rollingUpdate");
        rolling.Default("maxUnavailable", () => "25%");
        rolling.Default("maxSurge", () => "25%");
    }

    private static void StatefulSet(JsonObject spec)
    {
        spec.Default("revisionHistoryLimit", () => 10);
        spec.Default("podManagementPolicy", () => "OrderedReady");
        spec.Default("updateStrategy", () => new JsonObject
        {
            ["type"] = "RollingUpdate",
            ["rollingUpdate"] = new JsonObject { ["partition"] = 0 },
        });
        spec.Default("serviceName", () => "");
    }

    private static void Job(JsonObject spec)
    {
        spec.Default("completions", () => 1);
        spec.Default("parallelism", () => 1);
        spec.Default("backoffLimit", () => 6);
        spec.Default("completionMode", () => "NonIndexed");
        spec.Default("suspend", () => false);
        Template(spec);
    }

    private static void Pod(JsonObject spec)
    {
        spec.Default("restartPolicy", () => "Always");
        spec.Default("terminationGracePeriodSeconds", () => 30);
        spec.Default("dnsPolicy", () => "ClusterFirst");
        spec.Default("schedulerName", () => "default-scheduler");
        spec.Default("securityContext", () => new JsonObject());
        foreach (var container in spec.Items("containers").Concat(spec.Items("initContainers")).OfType<JsonObject>())
        {
            container.Default("imagePullPolicy", () => PullPolicy(container.Text("image") ?? ""));
            container.Default("terminationMessagePath", () => "/dev/termination-log");
            container.Default("terminationMessagePolicy", () => "File");
            container.Default("resources", () => new JsonObject());
            foreach (var port in container.Items("ports").OfType<JsonObject>()) port.Default("protocol", () => "TCP");
            foreach (var probe in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"]) Probe(container.Map(probe));
        }
    }

    private static string PullPolicy(string image)
    {
        var tag = image[(image.LastIndexOf('/') + 1)..].Split(':') is [_, var t, ..] ? t : "latest";
        return tag == "latest" && !image.Contains('@', StringComparison.Ordinal) ? "Always" : "IfNotPresent";
    }

    private static void Probe(JsonObject? probe)
    {
        if (probe is null) return;
        probe.Default("timeoutSeconds", () => 1);
        probe.Default("periodSeconds", () => 10);
        probe.Default("successThreshold", () => 1);
        probe.Default("failureThreshold", () => 3);
        if (probe.Map("httpGet") is not { } get) return;
        get.Default("path", () => "/");
        get.Default("scheme", () => "HTTP");
    }

    private static void Service(JsonObject spec)
    {
        spec.Default("type", () => "ClusterIP");
        spec.Default("sessionAffinity", () => "None");
        if (spec.Text("type") != "ExternalName") spec.Default("internalTrafficPolicy", () => "Cluster");
        if (spec.Text("type") is "LoadBalancer" or "NodePort") spec.Default("externalTrafficPolicy", () => "Cluster");
        if (spec.Text("type") == "LoadBalancer") spec.Default("allocateLoadBalancerNodePorts", () => true);
        if (spec.Text("sessionAffinity") == "ClientIP")
            spec.Ensure("sessionAffinityConfig", "clientIP").Default("timeoutSeconds", () => 10800);
        foreach (var port in spec.Items("ports").OfType<JsonObject>())
        {
            port.Default("protocol", () => "TCP");
            if (port["port"] is { } number) port.Default("targetPort", () => number.DeepClone());
        }
    }

    private static void Secret(JsonObject secret)
    {
        secret.Default("type", () => "Opaque");
        if (secret.Map("stringData") is not { } plain) return;
        var data = secret.Ensure("data");
        foreach (var (key, value) in plain)
            data[key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value?.GetValue<string>() ?? ""));
        secret.Remove("stringData");
    }

    private static void NetworkPolicy(JsonObject spec)
    {
        spec.Default("policyTypes", () => spec["egress"] is null ? new JsonArray("Ingress") : new JsonArray("Ingress", "Egress"));
        spec.Default("podSelector", () => new JsonObject());
        foreach (var rule in spec.Items("ingress").Concat(spec.Items("egress")))
        {
            foreach (var port in rule.Items("ports").OfType<JsonObject>()) port.Default("protocol", () => "TCP");
        }
    }
}
