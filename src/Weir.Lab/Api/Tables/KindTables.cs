using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Tables;

/// <summary>The columns of each kind's table.</summary>
internal static class KindTables
{
    private static readonly TableColumn _name = new("Name", (o, _) => o.Text("metadata", "name"));
    private static readonly TableColumn _age = new("Age", (o, now) => Cells.Age(o.Text("metadata", "creationTimestamp"), now));

    private static readonly TableColumn _createdAt = new("Created At", (o, _) => o.Text("metadata", "creationTimestamp"), 0, "date");

    private static readonly Dictionary<string, TableColumn[]> _columns = new()
    {
        ["pods"] =
        [
            _name,
            new("Ready", (o, _) =>
                $"{o.Items("status", "containerStatuses").Count(c => c.Flag("ready") ?? false)}/{o.Items("spec", "containers").Count()}"),
            new("Status", (o, _) => Cells.PodStatus(o)),
            new("Restarts", (o, now) => Cells.Restarts(o, now)),
            _age,
            Wide("IP", o => o.Text("status", "podIP")),
            Wide("Node", o => o.Text("spec", "nodeName")),
            Wide("Nominated Node", o => o.Text("status", "nominatedNodeName")),
            Wide("Readiness Gates", o => null),
        ],
        ["services"] =
        [
            _name,
            Text("Type", o => o.Text("spec", "type")),
            Text("Cluster-IP", o => o.Text("spec", "clusterIP")),
            Text("External-IP", Cells.External),
            Text("Port(s)", Cells.ServicePorts),
            _age,
            Wide("Selector", o => Cells.Selector(o.Map("spec", "selector"))),
        ],
        ["deployments.apps"] =
        [
            _name,
            Text("Ready", o => $"{o.Number("status", "readyReplicas") ?? 0}/{o.Number("spec", "replicas") ?? 0}"),
            Count("Up-to-date", "status", "updatedReplicas"),
            Count("Available", "status", "availableReplicas"),
            _age,
            .. Templates(o => Cells.LabelSelector(o.At("spec", "selector"))),
        ],
        ["replicasets.apps"] =
        [
            _name,
            Count("Desired", "spec", "replicas"),
            Count("Current", "status", "replicas"),
            Count("Ready", "status", "readyReplicas"),
            _age,
            .. Templates(o => Cells.LabelSelector(o.At("spec", "selector"))),
        ],
        ["statefulsets.apps"] =
        [
            _name,
            Text("Ready", o => $"{o.Number("status", "readyReplicas") ?? 0}/{o.Number("spec", "replicas") ?? 0}"),
            _age,
            .. Templates(null),
        ],
        ["daemonsets.apps"] =
        [
            _name,
            Count("Desired", "status", "desiredNumberScheduled"),
            Count("Current", "status", "currentNumberScheduled"),
            Count("Ready", "status", "numberReady"),
            Count("Up-to-date", "status", "updatedNumberScheduled"),
            Count("Available", "status", "numberAvailable"),
            Text("Node Selector", o => Cells.Selector(o.Map("spec", "template", "spec", "nodeSelector"))),
            _age,
            .. Templates(o => Cells.LabelSelector(o.At("spec", "selector"))),
        ],
        ["jobs.batch"] =
        [
            _name,
            Text("Status", o => o.Items("status", "conditions").FirstOrDefault(c => c.Text("status") == "True").Text("type") ?? "Running"),
            Text("Completions", o => $"{o.Number("status", "succeeded") ?? 0}/{o.Number("spec", "completions") ?? 1}"),
            new("Duration", (o, now) => Timestamps.Read(o.Text("status", "startTime")) is { } start
                ? HumanDuration.Text((Timestamps.Read(o.Text("status", "completionTime")) ?? now) - start)
                : null),
            _age,
            .. Templates(o => Cells.LabelSelector(o.At("spec", "selector"))),
        ],
        ["nodes"] =
        [
            _name,
            Text("Status", Cells.NodeStatus),
            Text("Roles", o => Cells.List((o.Map("metadata", "labels") ?? []).Select(l => l.Key)
                .Where(k => k.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal)).Select(k => k[24..]))),
            _age,
            Text("Version", o => o.Text("status", "nodeInfo", "kubeletVersion")),
            Wide("Internal-IP", o => Address(o, "InternalIP")),
            Wide("External-IP", o => Address(o, "ExternalIP")),
            Wide("OS-Image", o => o.Text("status", "nodeInfo", "osImage") ?? "<unknown>"),
            Wide("Kernel-Version", o => o.Text("status", "nodeInfo", "kernelVersion") ?? "<unknown>"),
            Wide("Container-Runtime", o => o.Text("status", "nodeInfo", "containerRuntimeVersion") ?? "<unknown>"),
        ],
        ["namespaces"] = [_name, Text("Status", o => o.Text("status", "phase")), _age],
        ["configmaps"] =
        [
            _name,
            new("Data", (o, _) => (o.Map("data")?.Count ?? 0) + (o.Map("binaryData")?.Count ?? 0)),
            _age,
        ],
        ["secrets"] = [_name, Text("Type", o => o.Text("type")), new("Data", (o, _) => o.Map("data")?.Count ?? 0), _age],
        ["roles.rbac.authorization.k8s.io"] = [_name, _createdAt],
        ["clusterroles.rbac.authorization.k8s.io"] = [_name, _createdAt],
        ["rolebindings.rbac.authorization.k8s.io"] = Bindings(),
        ["clusterrolebindings.rbac.authorization.k8s.io"] = Bindings(),
        ["endpoints"] = [_name, Text("Endpoints", Cells.Endpoints), _age],
        ["endpointslices.discovery.k8s.io"] =
        [
            _name,
            Text("AddressType", o => o.Text("addressType")),
            Text("Ports", o => o.Items("ports").Any() ? Cells.List(o.Items("ports").Select(p => p.Number("port")?.ToString(CultureInfo.InvariantCulture)), 3) : "<unset>"),
            Text("Endpoints", o => o.Items("endpoints").Any()
                ? Cells.List(o.Items("endpoints").SelectMany(e => e.Items("addresses")).Select(a => a.Text()), 3)
                : "<unset>"),
            _age,
        ],
        ["networkpolicies.networking.k8s.io"] = [_name, Text("Pod-Selector", o => Cells.LabelSelector(o.At("spec", "podSelector"))), _age],
        ["poddisruptionbudgets.policy"] =
        [
            _name,
            Text("Min Available", o => o.At("spec", "minAvailable")?.ToString() ?? "N/A"),
            Text("Max Unavailable", o => o.At("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            Count("Allowed Disruptions", "status", "disruptionsAllowed"),
            _age,
        ],
        ["horizontalpodautoscalers.autoscaling"] =
        [
            _name,
            Text("Reference", o => $"{o.Text("spec", "scaleTargetRef", "kind")}/{o.Text("spec", "scaleTargetRef", "name")}"),
            Text("Targets", Cells.Targets),
            new("MinPods", (o, _) => o.Number("spec", "minReplicas") ?? 1),
            Count("MaxPods", "spec", "maxReplicas"),
            Count("Replicas", "status", "currentReplicas"),
            _age,
        ],
        ["controllerrevisions.apps"] =
        [
            _name,
            Text("Controller", o => o.Items("metadata", "ownerReferences").FirstOrDefault() is { } owner
                ? $"{owner.Text("kind")?.ToLowerInvariant()}.apps/{owner.Text("name")}"
                : "<none>"),
            Count("Revision", "revision"),
            _age,
        ],
        ["customresourcedefinitions.apiextensions.k8s.io"] =
        [
            _name,
            _createdAt,
        ],
        ["leases.coordination.k8s.io"] = [_name, Text("Holder", o => o.Text("spec", "holderIdentity")), _age],
        ["events"] =
        [
            new("Last Seen", (o, now) => Cells.Age(o.Text("lastTimestamp") ?? o.Text("eventTime") ?? o.Text("metadata", "creationTimestamp"), now)),
            Text("Type", o => o.Text("type")),
            Text("Reason", o => o.Text("reason")),
            Text("Object", o => $"{o.Text("involvedObject", "kind")?.ToLowerInvariant()}/{o.Text("involvedObject", "name")}"),
            Wide("Subobject", o => o.Text("involvedObject", "fieldPath")),
            Wide("Source", o => o.Text("source", "component") ?? o.Text("reportingComponent")),
            Text("Message", o => o.Text("message")?.Trim()),
            new("First Seen", (o, now) => Cells.Age(o.Text("firstTimestamp") ?? o.Text("metadata", "creationTimestamp"), now), 1),
            new("Count", (o, _) => o.Number("count") ?? 1, 1),
            new("Name", (o, _) => o.Text("metadata", "name"), 1),
        ],
    };

    private static readonly TableColumn[] _plain = [_name, _age];

    /// <summary>The columns of a kind; name and age for one that has none of its own.</summary>
    public static IReadOnlyList<TableColumn> Of(ResourceKind kind) => kind.Columns ?? _columns.GetValueOrDefault(kind.StoreKey, _plain);

    private static TableColumn Text(string name, Func<JsonObject, string?> cell) => new(name, (o, _) => cell(o));

    private static TableColumn Wide(string name, Func<JsonObject, string?> cell) =>
        new(name, (o, _) => cell(o) is { Length: > 0 } text ? text : "<none>", 1);

    private static TableColumn Count(string name, params string[] path) => new(name, (o, _) => o.Number(path) ?? 0, 0, "integer");

    private static TableColumn[] Bindings() =>
    [
        _name,
        Text("Role", o => $"{o.Text("roleRef", "kind")}/{o.Text("roleRef", "name")}"),
        _age,
        Wide("Users", o => Subjects(o, "User")),
        Wide("Groups", o => Subjects(o, "Group")),
        Wide("ServiceAccounts", o => Subjects(o, "ServiceAccount")),
    ];

    private static string Subjects(JsonObject binding, string kind) => string.Join(", ", binding.Items("subjects").Where(s => s.Text("kind") == kind)
        .Select(s => kind == "ServiceAccount" ? $"{s.Text("namespace")}/{s.Text("name")}" : s.Text("name")));

    private static IEnumerable<TableColumn> Templates(Func<JsonObject, string>? selector)
    {
        yield return Wide("Containers", o => Cells.List(o.Items("spec", "template", "spec", "containers").Select(c => c.Text("name"))));
        yield return Wide("Images", o => Cells.List(o.Items("spec", "template", "spec", "containers").Select(c => c.Text("image"))));
        if (selector is not null) yield return Wide("Selector", selector);
    }

    private static string? Address(JsonObject node, string type) =>
        node.Items("status", "addresses").FirstOrDefault(a => a.Text("type") == type).Text("address");
}
