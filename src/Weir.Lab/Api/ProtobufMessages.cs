namespace Weir.Lab.Api;

/// <summary>The messages that command lines send as protobuf: field numbers and names, as Kubernetes publishes them.</summary>
internal static class ProtobufMessages
{
    private static readonly Message _time = new("Time", "1 seconds int", "2 nanos int");
    private static readonly Message _quantity = new("Quantity", "1 string string");
    private static readonly Message _intOrString = new("IntOrString", "1 type int", "2 intVal int", "3 strVal string");

    // What a client says about a status has no meaning: the server makes its own.
    private static readonly Message _ignored = new("Ignored");

    private static readonly Message _owner = new(
        "OwnerReference", "5 apiVersion string", "1 kind string", "3 name string", "4 uid string", "6 controller bool", "7 blockOwnerDeletion bool");

    private static readonly Message _meta = new Message(
        "ObjectMeta",
        "1 name string",
        "2 generateName string",
        "3 namespace string",
        "5 uid string",
        "6 resourceVersion string",
        "7 generation count",
        "11 labels map",
        "12 annotations map",
        "14 finalizers string*")
        .With(8, "creationTimestamp", _time).With(9, "deletionTimestamp", _time).With(13, "ownerReferences", _owner, true);

    private static readonly Message _selector = new Message("LabelSelector", "1 matchLabels map")
        .With(2, "matchExpressions", new Message("LabelSelectorRequirement", "1 key string", "2 operator string", "3 values string*"), true);

    private static readonly Message _container = new Message(
        "Container",
        "1 name string",
        "2 image string",
        "3 command string*",
        "4 args string*",
        "5 workingDir string",
        "13 terminationMessagePath string",
        "14 imagePullPolicy string",
        "16 stdin bool",
        "17 stdinOnce bool",
        "18 tty bool",
        "20 terminationMessagePolicy string")
        .With(6, "ports", new Message("ContainerPort", "1 name string", "2 hostPort count", "3 containerPort int", "4 protocol string"), true)
        .With(7, "env", new Message("EnvVar", "1 name string", "2 value string"), true)
        .With(8, "resources", new Message("ResourceRequirements").WithMap(1, "limits", _quantity).WithMap(2, "requests", _quantity));

    private static readonly Message _podSpec = new Message(
        "PodSpec",
        "3 restartPolicy string",
        "4 terminationGracePeriodSeconds int",
        "5 activeDeadlineSeconds int",
        "6 dnsPolicy string",
        "7 nodeSelector map",
        "8 serviceAccountName string",
        "9 serviceAccount string",
        "10 nodeName string",
        "11 hostNetwork bool",
        "19 schedulerName string").With(2, "containers", _container, true);

    private static readonly Message _template = new Message("PodTemplateSpec").With(1, "metadata", _meta).With(2, "spec", _podSpec);

    private static readonly Message _strategy = new Message("DeploymentStrategy", "1 type string").With(
        2,
        "rollingUpdate",
        new Message("RollingUpdateDeployment").With(1, "maxUnavailable", _intOrString).With(2, "maxSurge", _intOrString));

    private static readonly Message _servicePort = new Message(
        "ServicePort", "1 name string", "2 protocol string", "3 port int", "5 nodePort count").With(4, "targetPort", _intOrString);

    private static readonly Message _jobSpec = new Message(
        "JobSpec",
        "1 parallelism int",
        "2 completions int",
        "3 activeDeadlineSeconds int",
        "5 manualSelector bool",
        "7 backoffLimit int",
        "8 ttlSecondsAfterFinished int",
        "9 completionMode string",
        "10 suspend bool").With(4, "selector", _selector).With(6, "template", _template);

    private static readonly Message _jobTemplate = new Message("JobTemplateSpec").With(1, "metadata", _meta).With(2, "spec", _jobSpec);

    private static readonly Message _ingressBackend = new Message("IngressBackend").With(
        4,
        "service",
        new Message("IngressServiceBackend", "1 name string").With(2, "port", new Message("ServiceBackendPort", "1 name string", "2 number count")));

    private static readonly Message _ingressRule = new Message("IngressRule", "1 host string").WithInline(
        2,
        new Message("IngressRuleValue").With(1, "http", new Message("HTTPIngressRuleValue").With(
            1, "paths", new Message("HTTPIngressPath", "1 path string", "3 pathType string").With(2, "backend", _ingressBackend), true)));

    private static readonly Message _rule = new(
        "PolicyRule", "1 verbs string*", "2 apiGroups string*", "3 resources string*", "4 resourceNames string*", "5 nonResourceURLs string*");

    private static readonly Message _subject = new("Subject", "1 kind string", "2 apiGroup string", "3 name string", "4 namespace string");

    private static readonly Message _roleRef = new("RoleRef", "1 apiGroup string", "2 kind string", "3 name string");

    /// <summary>The messages by kind.</summary>
    public static IReadOnlyDictionary<string, Message> Kinds { get; } = new Message[]
    {
        Kind("Namespace").With(2, "spec", new Message("NamespaceSpec", "1 finalizers string*")).With(3, "status", new Message("NamespaceStatus", "1 phase string")),
        Kind("ConfigMap", "2 data map", "4 immutable bool").WithBytes(3, "binaryData"),
        Kind("Secret", "3 type string", "4 stringData map", "5 immutable bool").WithBytes(2, "data"),
        Kind("ServiceAccount"),
        Kind("Pod").With(2, "spec", _podSpec).With(3, "status", _ignored),
        Kind("Deployment").With(2, "spec", new Message(
            "DeploymentSpec", "1 replicas int", "5 minReadySeconds count", "6 revisionHistoryLimit int", "7 paused bool", "9 progressDeadlineSeconds int")
            .With(2, "selector", _selector).With(3, "template", _template).With(4, "strategy", _strategy)).With(3, "status", _ignored),
        Kind("Service").With(2, "spec", new Message(
            "ServiceSpec",
            "2 selector map",
            "3 clusterIP string",
            "4 type string",
            "5 externalIPs string*",
            "7 sessionAffinity string",
            "10 externalName string",
            "18 clusterIPs string*",
            "19 ipFamilies string*",
            "17 ipFamilyPolicy string").With(1, "ports", _servicePort, true)).With(3, "status", _ignored),
        Kind("Job").With(2, "spec", _jobSpec).With(3, "status", _ignored),
        Kind("CronJob").With(2, "spec", new Message(
            "CronJobSpec",
            "1 schedule string",
            "2 startingDeadlineSeconds int",
            "3 concurrencyPolicy string",
            "4 suspend bool",
            "6 successfulJobsHistoryLimit int",
            "7 failedJobsHistoryLimit int",
            "8 timeZone string").With(5, "jobTemplate", _jobTemplate)).With(3, "status", _ignored),
        Kind("Ingress").With(2, "spec", new Message("IngressSpec", "4 ingressClassName string").With(1, "defaultBackend", _ingressBackend)
            .With(2, "tls", new Message("IngressTLS", "1 hosts string*", "2 secretName string"), true)
            .With(3, "rules", _ingressRule, true)).With(3, "status", _ignored),
        Kind("ResourceQuota").With(2, "spec", new Message("ResourceQuotaSpec", "2 scopes string*").WithMap(1, "hard", _quantity)).With(3, "status", _ignored),
        Kind("PodDisruptionBudget").With(2, "spec", new Message("PodDisruptionBudgetSpec", "4 unhealthyPodEvictionPolicy string")
            .With(1, "minAvailable", _intOrString).With(2, "selector", _selector).With(3, "maxUnavailable", _intOrString)).With(3, "status", _ignored),

        // Of autoscaling/v1, the version that command lines write.
        Kind("HorizontalPodAutoscaler").With(2, "spec", new Message(
            "HorizontalPodAutoscalerSpec", "2 minReplicas int", "3 maxReplicas int", "4 targetCPUUtilizationPercentage int")
            .With(1, "scaleTargetRef", new Message("CrossVersionObjectReference", "1 kind string", "2 name string", "3 apiVersion string"))).With(3, "status", _ignored),
        Kind("Role").With(2, "rules", _rule, true),
        Kind("ClusterRole").With(2, "rules", _rule, true),
        Kind("RoleBinding").With(2, "subjects", _subject, true).With(3, "roleRef", _roleRef),
        Kind("ClusterRoleBinding").With(2, "subjects", _subject, true).With(3, "roleRef", _roleRef),
        Kind("SelfSubjectAccessReview").With(2, "spec", new Message("SelfSubjectAccessReviewSpec")
            .With(1, "resourceAttributes", new Message(
                "ResourceAttributes",
                "1 namespace string",
                "2 verb string",
                "3 group string",
                "4 version string",
                "5 resource string",
                "6 subresource string",
                "7 name string"))
            .With(2, "nonResourceAttributes", new Message("NonResourceAttributes", "1 path string", "2 verb string")))
            .With(3, "status", _ignored),
        Kind("SelfSubjectRulesReview").With(2, "spec", new Message("SelfSubjectRulesReviewSpec", "1 namespace string")).With(3, "status", _ignored),
        Kind("SelfSubjectReview").With(2, "status", _ignored),
        Kind("TokenRequest").With(2, "spec", new Message("TokenRequestSpec", "1 audiences string*", "4 expirationSeconds int")
            .With(3, "boundObjectRef", new Message("BoundObjectReference", "1 kind string", "2 apiVersion string", "3 name string", "4 uid string"))).With(3, "status", _ignored),
        new Message(
            "DeleteOptions", "1 gracePeriodSeconds int", "3 orphanDependents bool", "4 propagationPolicy string", "5 dryRun string*")
            .With(2, "preconditions", new Message("Preconditions", "1 uid string", "2 resourceVersion string")),
    }.ToDictionary(m => m.Name);

    private static Message Kind(string name, params string[] fields) => new Message(name, fields).With(1, "metadata", _meta);

    /// <summary>One field.</summary>
    /// <param name="Name">The name in JSON; empty for a message whose fields stand among those of the one that holds it.</param>
    /// <param name="Type">string, int, count (an int of which 0 says nothing), bool, bytes, map or message.</param>
    /// <param name="Repeated">Whether it is a list.</param>
    /// <param name="Message">The message that it holds; null for a plain value.</param>
    /// <param name="Value">Of a map: what its values are.</param>
    internal sealed record Field(string Name, string Type, bool Repeated, Message? Message, string Value = "string");

    /// <summary>A message.</summary>
    internal sealed class Message
    {
        /// <summary>Makes a message; a field is written <c>NUMBER name type</c>, with a star for a list.</summary>
        public Message(string name, params string[] fields)
        {
            Name = name;
            foreach (var text in fields)
            {
                var parts = text.Split(' ');
                var type = parts[2].TrimEnd('*');
                Fields[int.Parse(parts[0], CultureInfo.InvariantCulture)] = new Field(parts[1], type, parts[2].EndsWith('*'), null);
            }
        }

        public string Name { get; }

        public Dictionary<int, Field> Fields { get; } = [];

        public Message With(int number, string name, Message message, bool repeated = false)
        {
            Fields[number] = new Field(name, "message", repeated, message);
            return this;
        }

        public Message WithInline(int number, Message message) => With(number, "", message);

        public Message WithMap(int number, string name, Message message)
        {
            Fields[number] = new Field(name, "map", false, message);
            return this;
        }

        public Message WithBytes(int number, string name)
        {
            Fields[number] = new Field(name, "map", false, null, "bytes");
            return this;
        }
    }
}
