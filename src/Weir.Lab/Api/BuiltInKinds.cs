namespace Weir.Lab.Api;

/// <summary>The kinds that every server has from the start.</summary>
internal static class BuiltInKinds
{
    private static readonly string[] _all = ["all"];

    public static IReadOnlyList<ResourceKind> List { get; } =
    [
        new("", "v1", "namespaces", "Namespace") { Namespaced = false, HasStatus = true, ShortNames = ["ns"], SelectableFields = ["status.phase"] },
        new("", "v1", "pods", "Pod")
        {
            HasStatus = true,
            HasGeneration = true,
            ShortNames = ["po"],
            Categories = _all,
            SelectableFields =
            [
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
                "status.phase", "status.podIP", "status.nominatedNodeName",
            ],
        },
        new("", "v1", "services", "Service")
        {
            HasStatus = true, ShortNames = ["svc"], Categories = _all, SelectableFields = ["spec.clusterIP", "spec.type"],
        },
        new("", "v1", "endpoints", "Endpoints") { ShortNames = ["ep"] },
        new("", "v1", "nodes", "Node") { Namespaced = false, HasStatus = true, ShortNames = ["no"], SelectableFields = ["spec.unschedulable"] },
        new("", "v1", "configmaps", "ConfigMap") { ShortNames = ["cm"] },
        new("", "v1", "secrets", "Secret") { SelectableFields = ["type"] },
        new("", "v1", "serviceaccounts", "ServiceAccount") { ShortNames = ["sa"] },
        Events(),
        new("", "v1", "replicationcontrollers", "ReplicationController")
        {
            HasStatus = true, HasScale = true, HasGeneration = true, ShortNames = ["rc"], Categories = _all,
        },
        new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim") { HasStatus = true, ShortNames = ["pvc"] },
        new("", "v1", "resourcequotas", "ResourceQuota") { HasStatus = true, ShortNames = ["quota"] },
        new("", "v1", "limitranges", "LimitRange") { ShortNames = ["limits"] },
        Workload("deployments", "Deployment", "deploy"),
        Workload("replicasets", "ReplicaSet", "rs"),
        Workload("statefulsets", "StatefulSet", "sts"),
        Workload("daemonsets", "DaemonSet", "ds") with { HasScale = false },
        new("apps", "v1", "controllerrevisions", "ControllerRevision"),
        new("batch", "v1", "jobs", "Job")
        {
            HasStatus = true, HasGeneration = true, Categories = _all, SelectableFields = ["status.successful"],
        },
        new("batch", "v1", "cronjobs", "CronJob") { HasStatus = true, HasGeneration = true, ShortNames = ["cj"], Categories = _all },
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler")
        {
            HasStatus = true, ShortNames = ["hpa"], Categories = _all,
        },
        new("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler")
        {
            StoredVersion = "v2", HasStatus = true, ShortNames = ["hpa"], Categories = _all,
        },
        new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget")
        {
            HasStatus = true, HasGeneration = true, ShortNames = ["pdb"],
        },
        new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice") { HasGeneration = true },
        new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy") { HasGeneration = true, ShortNames = ["netpol"] },
        new("networking.k8s.io", "v1", "ingresses", "Ingress") { HasStatus = true, HasGeneration = true, ShortNames = ["ing"] },
        new("coordination.k8s.io", "v1", "leases", "Lease"),
        new("rbac.authorization.k8s.io", "v1", "roles", "Role"),
        new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        new("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole") { Namespaced = false },
        new("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding") { Namespaced = false },
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition")
        {
            Namespaced = false, HasStatus = true, HasGeneration = true, ShortNames = ["crd", "crds"],
        },
        Question("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        Question("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview"),
        Question("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview"),
        Question("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview") with { Namespaced = true },
        Question("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview"),
        Question("authentication.k8s.io", "tokenreviews", "TokenReview"),
    ];

    private static ResourceKind Question(string group, string plural, string kind) => new(group, "v1", plural, kind)
    {
        Namespaced = false, Verbs = ["create"],
    };

    private static ResourceKind Workload(string plural, string kind, string shortName) => new("apps", "v1", plural, kind)
    {
        HasStatus = true,
        HasScale = true,
        HasGeneration = true,
        ShortNames = [shortName],
        Categories = _all,
        SelectableFields = plural == "replicasets" ? ["status.replicas"] : [],
    };

    private static ResourceKind Events() => new("", "v1", "events", "Event")
    {
        ShortNames = ["ev"],
        SelectableFields =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
    };
}
