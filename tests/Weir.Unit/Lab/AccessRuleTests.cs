using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Roles, bindings, impersonation and the questions about them.</summary>
public sealed class AccessRuleTests : IAsyncLifetime
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private SecureServer _lab = null!;

    public async ValueTask InitializeAsync()
    {
        _lab = await SecureServer.StartAsync();
        await _lab.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"pets"}}""");
        await _lab.CreateAsync($"{Rbac}/namespaces/pets/roles", """
            {"metadata":{"name":"reader"},"rules":[
              {"apiGroups":[""],"resources":["pods","pods/log"],"verbs":["get","list"]},
              {"apiGroups":[""],"resources":["configmaps"],"resourceNames":["one"],"verbs":["get"]},
              {"apiGroups":["apps"],"resources":["*/scale"],"verbs":["*"]}]}
            """);
        await _lab.CreateAsync($"{Rbac}/namespaces/pets/rolebindings", Binding("readers", "Role", "reader", """{"kind":"User","name":"jane"},{"kind":"Group","name":"vets"},{"kind":"ServiceAccount","name":"default"}"""));
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/pets/pods", 200)]
    [InlineData("GET", "/api/v1/namespaces/pets/configmaps/one", 404)] // allowed: there is none
    [InlineData("GET", "/api/v1/namespaces/pets/configmaps/two", 403)]
    [InlineData("GET", "/api/v1/namespaces/pets/configmaps", 403)]
    [InlineData("GET", "/apis/apps/v1/namespaces/pets/deployments/d/scale", 404)]
    [InlineData("GET", "/apis/apps/v1/namespaces/pets/deployments/d", 403)]
    [InlineData("GET", "/api/v1/namespaces/pets/pods?watch=true", 403)]
    [InlineData("DELETE", "/api/v1/namespaces/pets/pods/x", 403)]
    [InlineData("GET", "/api/v1/namespaces/default/pods", 403)]
    [InlineData("GET", "/api/v1/pods", 403)]
    [InlineData("GET", "/api/v1/nodes", 403)]
    [InlineData("GET", "/apis", 200)]
    [InlineData("GET", "/openapi/v3", 200)]
    [InlineData("GET", "/metrics", 403)]
    public async Task A_user_may_what_a_role_says_and_nothing_else(string method, string path, int code) =>
        Assert.Equal(code, (await _lab.AsAsync("jane", new HttpMethod(method), path)).Code);

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/default/pods", """pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default" """)]
    [InlineData("GET", "/api/v1/nodes/n", """nodes "n" is forbidden: User "jane" cannot get resource "nodes" in API group "" at the cluster scope""")]
    [InlineData("POST", "/api/v1/namespaces/pets/pods/p/exec", """pods "p" is forbidden: User "jane" cannot create resource "pods/exec" in API group "" in the namespace "pets" """)]
    [InlineData("DELETE", "/apis/apps/v1/namespaces/pets/deployments", """deployments.apps is forbidden: User "jane" cannot deletecollection resource "deployments" in API group "apps" in the namespace "pets" """)]
    [InlineData("GET", "/metrics", """forbidden: User "jane" cannot get path "/metrics" """)]
    public async Task A_refusal_has_the_words_of_a_real_server(string method, string path, string message)
    {
        var (code, status) = await _lab.AsAsync("jane", new HttpMethod(method), path);
        Assert.Equal((403, "Forbidden", message.TrimEnd()), (code, status.Text("reason"), status.Text("message")));
    }

    [Fact]
    public async Task A_binding_that_goes_takes_its_rights_along_and_one_that_comes_brings_them()
    {
        const string Secrets = "/api/v1/namespaces/pets/secrets";
        Assert.Equal(403, (await _lab.AsAsync("joe", HttpMethod.Get, Secrets)).Code);
        await _lab.CreateAsync($"{Rbac}/clusterrolebindings", Binding("joe", "ClusterRole", "edit", """{"kind":"User","name":"joe"}"""));
        Assert.Equal(200, (await _lab.AsAsync("joe", HttpMethod.Get, Secrets)).Code);
        Assert.Equal(403, (await _lab.AsAsync("joe", HttpMethod.Get, $"{Rbac}/namespaces/pets/roles")).Code);
        await _lab.Connection.SendAsync(HttpMethod.Delete, $"{Rbac}/clusterrolebindings/joe", null, TestContext.Current.CancellationToken);
        Assert.Equal(403, (await _lab.AsAsync("joe", HttpMethod.Get, Secrets)).Code);
    }

    [Fact]
    public async Task Groups_and_service_accounts_are_bound_like_users()
    {
        Assert.Equal(200, (await _lab.AsAsync("kim", HttpMethod.Get, "/api/v1/namespaces/pets/pods", null, "Impersonate-Group: vets")).Code);
        Assert.Equal(200, (await _lab.AsAsync("system:serviceaccount:pets:default", HttpMethod.Get, "/api/v1/namespaces/pets/pods")).Code);
        Assert.Equal(403, (await _lab.AsAsync("system:serviceaccount:default:default", HttpMethod.Get, "/api/v1/namespaces/pets/pods")).Code);
    }

    [Fact]
    public async Task Whoever_may_not_act_as_another_is_told_so()
    {
        await _lab.CreateAsync("/api/v1/namespaces/pets/serviceaccounts", """{"metadata":{"name":"robot"}}""");
        var made = await _lab.CreateAsync("/api/v1/namespaces/pets/serviceaccounts/robot/token", "{}");
        var (code, body) = await _lab.SendAsync(
            HttpMethod.Get, "/api/v1/nodes", null, made.Text("status", "token"), null, "Impersonate-User: kubernetes-admin", "Impersonate-Group: system:masters");
        Assert.Equal(403, code);
        Assert.Equal(
            "users \"kubernetes-admin\" is forbidden: User \"system:serviceaccount:pets:robot\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope",
            JsonNode.Parse(body).Text("message"));
    }

    [Fact]
    public async Task A_role_that_is_not_there_gives_nothing_and_is_named()
    {
        await _lab.CreateAsync($"{Rbac}/clusterrolebindings", Binding("ghost", "ClusterRole", "ghost", """{"kind":"User","name":"joe"}"""));
        var (_, status) = await _lab.AsAsync("joe", HttpMethod.Get, "/api/v1/nodes");
        Assert.EndsWith("at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io \"ghost\" not found", status.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_about_oneself_and_others_are_answered_by_the_same_rules()
    {
        const string Ask = """{"spec":{"resourceAttributes":{"namespace":"pets","verb":"VERB","resource":"pods"}}}""";
        const string Reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        var (code, list) = await _lab.AsAsync("jane", HttpMethod.Post, Reviews, Ask.Replace("VERB", "list", StringComparison.Ordinal));
        Assert.Equal((201, true), (code, list.Flag("status", "allowed")));
        Assert.Equal("RBAC: allowed by RoleBinding \"readers/pets\" of Role \"reader\" to User \"jane\"", list.Text("status", "reason"));
        var (_, delete) = await _lab.AsAsync("jane", HttpMethod.Post, Reviews, Ask.Replace("VERB", "delete", StringComparison.Ordinal));
        Assert.False(delete.Flag("status", "allowed"));

        var other = await _lab.CreateAsync(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"spec":{"user":"jane","resourceAttributes":{"namespace":"pets","verb":"get","resource":"pods"}}}""");
        Assert.True(other.Flag("status", "allowed"));
        var (_, rules) = await _lab.AsAsync("jane", HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"pets"}}""");
        Assert.Contains(rules.Items("status", "resourceRules"), r => r.Items("resources").Any(p => p.GetValue<string>() == "pods/log"));
        var (_, self) = await _lab.AsAsync("jane", HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", "Impersonate-Group: vets");
        Assert.Equal("""{"username":"jane","groups":["vets","system:authenticated"]}""", self.At("status", "userInfo")!.ToJsonString());
    }

    private static string Binding(string name, string kind, string role, string subjects) =>
        $$"""{"metadata":{"name":"{{name}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"{{kind}}","name":"{{role}}"},"subjects":[{{subjects}}]}""";
}
