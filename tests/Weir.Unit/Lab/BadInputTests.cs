using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Input that a real server refuses: with its status, its reason, its words, and the place.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Services = "/api/v1/namespaces/default/services";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string StatefulSets = "/apis/apps/v1/namespaces/default/statefulsets";
    private const string Template = """{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";
    private const string Workload = """{"metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":""" + Template + "}}";

    private LabServer _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await LabServer.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData(Deployments, """{"metadata":{"name":"x"},"spec":{}}""", 422, "Invalid",
        "Deployment.apps \"x\" is invalid: [spec.selector: Required value, spec.template.spec.containers: Required value]")]
    [InlineData(Deployments, """{"metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"c"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""", 422, "Invalid",
        "Deployment.apps \"x\" is invalid: spec.template.metadata.labels: Invalid value: map[string]string{\"a\":\"b\"}: `selector` does not match template `labels`")]
    [InlineData(Pods, """{"metadata":{"name":"x"},"spec":{"containers":[{"name":"c"}],"restartPolicy":"Sometimes"}}""", 422, "Invalid",
        "Pod \"x\" is invalid: [spec.containers[0].image: Required value, spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\"]")]
    [InlineData(Pods, """{"metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}],"ports":[{"containerPort":70000}]}]}}""", 422, "Invalid",
        "Pod \"x\" is invalid: [spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive, spec.containers[0].volumeMounts[0].name: Not found: \"v\"]")]
    [InlineData(Services, """{"metadata":{"name":"x"},"spec":{"ports":[{"port":"eighty"}]}}""", 400, "BadRequest",
        "Service in version \"v1\" cannot be handled as a Service: json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32")]
    [InlineData(Services, """{"metadata":{"name":"x"},"spec":{"type":"Open","ports":[{"port":80}]}}""", 422, "Invalid",
        "Service \"x\" is invalid: spec.type: Unsupported value: \"Open\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData(Services, """{"metadata":{"name":"X"},"spec":{"ports":[{"port":80}]}}""", 422, "Invalid",
        "Service \"X\" is invalid: metadata.name: Invalid value: \"X\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData(Maps, """{"metadata":{"name":"x","labels":{"a":"b c"}}}""", 422, "Invalid",
        "ConfigMap \"x\" is invalid: metadata.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData(Maps, """{"apiVersion":"v2","metadata":{"name":"x"}}""", 400, "BadRequest",
        "the API version in the data (v2) does not match the expected API version (v1)")]
    [InlineData(Maps, """{"metadata":{"name":"x","namespace":"other"}}""", 400, "BadRequest",
        "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData(Maps, """{"metadata":{}}""", 422, "Invalid", "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required")]
    [InlineData("/api/v1/namespaces/nowhere/configmaps", """{"metadata":{"name":"x"}}""", 404, "NotFound", "namespaces \"nowhere\" not found")]
    [InlineData("/apis/nothing/v1/things", """{"metadata":{"name":"x"}}""", 404, "NotFound", "the server could not find the requested resource")]
    public async Task What_cannot_be_made_is_refused_as_a_real_server_does(string path, string body, int code, string reason, string message)
    {
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(path, body));
        Assert.Equal((code, reason, message), (fault.Code, fault.Reason, fault.Message));
    }

    [Theory]
    [InlineData(Deployments, Workload, """{"spec":{"selector":{"matchLabels":{"a":"b","c":"d"}},"template":{"metadata":{"labels":{"c":"d"}}}}}""",
        "Deployment.apps \"x\" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"a\":\"b\", \"c\":\"d\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable")]
    [InlineData(StatefulSets, Workload, """{"spec":{"serviceName":"other"}}""",
        "StatefulSet.apps \"x\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")]
    [InlineData(Maps, """{"metadata":{"name":"x"},"immutable":true,"data":{"a":"1"}}""", """{"data":{"a":"2"}}""",
        "ConfigMap \"x\" is invalid: data: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("/api/v1/namespaces/default/secrets", """{"metadata":{"name":"x"}}""", """{"type":"other/type"}""",
        "Secret \"x\" is invalid: type: Invalid value: \"other/type\": field is immutable")]
    [InlineData(Services, """{"metadata":{"name":"x"},"spec":{"ports":[{"port":80}]}}""", """{"spec":{"clusterIP":"10.0.9.9"}}""",
        "Service \"x\" is invalid: spec.clusterIPs[0]: Invalid value: []string{\"10.0.9.9\"}: may not change once set")]
    [InlineData(Pods, """{"metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}]}}""", """{"spec":{"hostname":"h"}}""",
        "Pod \"x\" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative); changed: hostname")]
    [InlineData("/apis/batch/v1/namespaces/default/jobs", """{"metadata":{"name":"x"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""", """{"spec":{"completionMode":"Indexed"}}""",
        "Job.batch \"x\" is invalid: spec.completionMode: Invalid value: \"Indexed\": field is immutable")]
    public async Task What_may_not_change_is_refused_as_a_real_server_does(string path, string body, string patch, string message)
    {
        await _lab.CreateAsync(path, body);
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.MergeAsync($"{path}/x", patch));
        Assert.Equal((422, "Invalid", message), (fault.Code, fault.Reason, fault.Message));
    }

    [Fact]
    public async Task Every_fault_is_a_cause_with_its_field_and_reason()
    {
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(Deployments, """{"metadata":{"name":"x"},"spec":{}}"""));
        var causes = fault.Details.Items("causes").Select(c => (c.Text("field"), c.Text("reason"))).ToList();
        Assert.Equal([("spec.selector", "FieldValueRequired"), ("spec.template.spec.containers", "FieldValueRequired")], causes);
        Assert.Equal(("x", "apps", "Deployment"), (fault.Details.Text("name"), fault.Details.Text("group"), fault.Details.Text("kind")));
    }

    [Fact]
    public async Task Too_much_is_too_much()
    {
        var large = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" }, ["data"] = new JsonObject { ["a"] = new string('a', 1024 * 1024 + 1) } };
        var fault = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(Maps, large.ToJsonString()));
        Assert.Equal((422, "ConfigMap \"x\" is invalid: []: Too long: may not be more than 1048576 bytes"), (fault.Code, fault.Message));

        large["data"]!["a"] = new string('a', 3 * 1024 * 1024);
        var larger = await Assert.ThrowsAsync<ApiRefusedException>(() => _lab.CreateAsync(Maps, large.ToJsonString()));
        Assert.Equal((413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728"), (larger.Code, larger.Reason, larger.Message));
    }
}
