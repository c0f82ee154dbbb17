namespace Weir.Lab.Api.Schema;

/// <summary>Which lists and objects of the built-in kinds are shared by several owners: Kubernetes' <c>x-kubernetes-list-type</c> and <c>-map-type</c>.</summary>
/// <remarks>Source of the facts: the OpenAPI document that every Kubernetes server publishes. What is not here is atomic, as there.</remarks>
internal static class ListShapes
{
    private static readonly string[] _byType = ["type"];
    private static readonly string[] _byName = ["name"];

    // TYPE.FIELD, and the fields that tell the elements apart; none for a set.
    private static readonly Dictionary<string, string[]> _lists = new()
    {
        ["ObjectMeta.ownerReferences"] = ["uid"],
        ["ObjectMeta.finalizers"] = [],
        ["NamespaceSpec.finalizers"] = [],
        ["PodSpec.containers"] = _byName,
        ["PodSpec.initContainers"] = _byName,
        ["PodSpec.ephemeralContainers"] = _byName,
        ["PodSpec.volumes"] = _byName,
        ["PodSpec.imagePullSecrets"] = _byName,
        ["PodSpec.hostAliases"] = ["ip"],
        ["PodSpec.resourceClaims"] = _byName,
        ["PodSpec.schedulingGates"] = _byName,
        ["PodSpec.topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
        ["PodStatus.conditions"] = _byType,
        ["PodStatus.podIPs"] = ["ip"],
        ["Container.ports"] = ["containerPort", "protocol"],
        ["Container.env"] = _byName,
        ["Container.volumeMounts"] = ["mountPath"],
        ["Container.volumeDevices"] = ["devicePath"],
        ["EphemeralContainer.ports"] = ["containerPort", "protocol"],
        ["EphemeralContainer.env"] = _byName,
        ["EphemeralContainer.volumeMounts"] = ["mountPath"],
        ["EphemeralContainer.volumeDevices"] = ["devicePath"],
        ["ResourceRequirements.claims"] = _byName,
        ["ServiceSpec.ports"] = ["port", "protocol"],
        ["ServiceAccount.secrets"] = _byName,
        ["NodeSpec.podCIDRs"] = [],
        ["NodeStatus.addresses"] = _byType,
        ["NodeStatus.conditions"] = _byType,
        ["NamespaceStatus.conditions"] = _byType,
        ["ServiceStatus.conditions"] = _byType,
        ["DeploymentStatus.conditions"] = _byType,
        ["ReplicaSetStatus.conditions"] = _byType,
        ["StatefulSetStatus.conditions"] = _byType,
        ["DaemonSetStatus.conditions"] = _byType,
        ["ReplicationControllerStatus.conditions"] = _byType,
        ["PersistentVolumeClaimStatus.conditions"] = _byType,
        ["PodDisruptionBudgetStatus.conditions"] = _byType,
        ["CustomResourceDefinitionStatus.conditions"] = _byType,
        ["HorizontalPodAutoscalerStatus.conditions"] = _byType,
    };

    private static readonly HashSet<string> _atomicMaps =
    [
        "PodSpec.nodeSelector", "ServiceSpec.selector", "ReplicationControllerSpec.selector",
    ];

    private static readonly HashSet<string> _atomicTypes =
    [
        "LabelSelector", "LocalObjectReference", "ObjectReference", "ConfigMapKeySelector", "SecretKeySelector", "ObjectFieldSelector",
        "ResourceFieldSelector", "NodeSelector", "NodeSelectorTerm", "TypedLocalObjectReference", "SecretReference", "OwnerReference",
        "RoleRef", "Subject", "ScopeSelector", "ConfigMapNodeConfigSource", "FileKeySelector",
    ];

    /// <summary>Whether objects of a type have one owner.</summary>
    public static bool IsAtomic(string type) => _atomicTypes.Contains(type);

    /// <summary>The schema of a field, with what is known of how it is shared.</summary>
    public static FieldSchema Shape(string type, string field, FieldSchema schema)
    {
        var place = $"{type}.{field}";
        if (_lists.TryGetValue(place, out var keys)) return schema with { ListKeys = keys, IsSet = keys.Length == 0 };
        if (_atomicMaps.Contains(place)) return schema with { IsAtomic = true };

        // The one key that is left out in practice.
        return field == "protocol" && type is "ContainerPort" or "ServicePort" ? schema with { Default = "TCP" } : schema;
    }
}
