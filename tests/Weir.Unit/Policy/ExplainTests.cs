using Weir.Policy.Documents;
using Weir.Policy.Explain;
using Weir.Policy.Matrix;
using Weir.Policy.Testing;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class ExplainTests
{
    private const string Manifests = """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {metadata: {labels: {app: web, tier: front}}, spec: {containers: [{ports: [{containerPort: 8080}]}]}}}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{ports: [{containerPort: 3002}]}]}}}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: db}, spec: {template: {metadata: {labels: {app: db}}}}}
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: web}
        spec:
          endpointSelector: {matchLabels: {app: web}}
          egress:
            - toEndpoints: [{matchLabels: {app: api}}]
              toPorts: [{ports: [{port: "3000", protocol: TCP}]}]
            - toEndpoints: [{matchLabels: {app: db}}]
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: api}
        spec:
          endpointSelector: {matchLabels: {app: api}}
          ingress:
            - fromEndpoints: [{matchLabels: {app: web}}]
              toPorts: [{ports: [{port: "3002", protocol: TCP}], rules: {http: [{method: GET, path: /items}]}}]
          ingressDeny:
            - fromEndpoints: [{matchLabels: {app: db}}]
        """;

    [Fact]
    public void A_default_deny_names_its_policy_the_nearest_rule_and_the_field_that_misses()
    {
        var explanation = Explain("web", "api", "3002/tcp");
        Assert.Equal("deny", explanation.Verdict);
        Assert.Equal(["CiliumNetworkPolicy shop/web (m.yaml)"], explanation.Egress.CausedBy);
        Assert.Equal("spec.egress[0].toPorts[0].ports[0].port", explanation.Egress.Nearest?.Field);
        Assert.Equal("redirect", explanation.Ingress.Verdict);
        Assert.Contains("(m.yaml:23)", explanation.Ingress.Rules[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web", "api", "3002/tcp", null)]
    [InlineData("api", "web", "8080/tcp", null)]
    [InlineData("web", "203.0.113.7", "443/tcp", null)]
    [InlineData("web", "www.example.com", "443/tcp", null)]
    [InlineData("web", "db", "8/icmp", null)]
    [InlineData("world", "api", "3002/tcp", null)]
    [InlineData("web", "api", "3002/tcp", "POST /items?id=1.5")]
    public void The_patch_opens_what_was_asked_and_nothing_else(string from, string to, string port, string? http)
    {
        var request = http is null ? null : CaseRequest.ParseHttp(http);
        var explanation = Explain(from, to, port, request);
        if (explanation.Patch is not { } patch)
        {
            Assert.NotEqual("deny", explanation.Verdict);
            return;
        }

        Assert.Empty(patch.AlsoAdmits);
        var patched = World(Manifests + "\n---\n" + patch.Yaml);
        var after = new Explainer(patched.World, patched.Places).Explain(from, to, port, request, "shop");
        Assert.True(after.Verdict != "deny", patch.Yaml + after.ToText());
    }

    [Fact]
    public void A_patch_that_would_admit_more_says_what()
    {
        var twins = Manifests + "\n---\n{apiVersion: v1, kind: Pod, metadata: {name: web2, labels: {app: web, tier: front}}}";
        var world = World(twins);
        var explanation = new Explainer(world.World, world.Places).Explain("web", "api", "3002/tcp", null, "shop");
        Assert.Equal(["shop/web2 -> shop/api 3002/TCP"], explanation.Patch!.AlsoAdmits);
    }

    [Fact]
    public void A_deny_rule_is_not_patched_over()
    {
        var explanation = Explain("db", "api", "3002/tcp");
        Assert.Equal("", explanation.Patch!.Yaml);
        Assert.Contains("shop/api ingressDeny[0]", explanation.Patch.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_request_is_told_from_a_refused_connection()
    {
        var manifests = Manifests.Replace("\"3000\"", "\"3002\"", StringComparison.Ordinal);
        var world = World(manifests);
        var explainer = new Explainer(world.World, world.Places);
        Assert.Equal("allow", explainer.Explain("web", "api", "3002", CaseRequest.ParseHttp("GET /items"), "shop").Verdict);
        var refused = explainer.Explain("web", "api", "3002", CaseRequest.ParseHttp("POST /items"), "shop");
        Assert.Equal(("deny", "redirect"), (refused.Verdict, refused.Ingress.Verdict));
        Assert.Contains("POST /items is refused by the http rules", refused.Ingress.Request, StringComparison.Ordinal);
    }

    [Fact]
    public void Explains_the_first_policies_of_the_lab()
    {
        var path = Corpus.Shared("lab", "acns-network-policy.yaml");
        Assert.SkipWhen(path is null, "This machine has no ../shared/lab beside the repository.");
        var world = WorldFiles.Read([new TextFile("p.yaml", File.ReadAllText(path)), new TextFile("s.yaml", File.ReadAllText(Corpus.Shared("lab", "aks-store-all-in-one.yaml")!))], "pets");
        var explanation = new Explainer(world.World, world.Places).Explain("pets/order-service", "pets/product-service", "3002/tcp");
        Assert.Equal(["CiliumNetworkPolicy pets/allow-order-service-traffic (p.yaml)"], explanation.Egress.CausedBy);
        Assert.Equal("pets/allow-order-service-traffic egress[0]", explanation.Egress.Nearest?.Rule);
        Assert.Equal("spec.egress[0].toEndpoints", explanation.Egress.Nearest?.Field);
        Assert.Equal("spec.ingress[0].fromEndpoints", explanation.Ingress.Nearest?.Field);
        Assert.Empty(explanation.Patch!.AlsoAdmits);
        Assert.Contains("app: product-service", explanation.Patch.Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void The_matrix_lists_who_reaches_whom_and_what_a_change_opens()
    {
        var before = World(Manifests);
        var matrix = ReachMatrix.Build(before.World, "shop");
        Assert.Contains(matrix.Cells, c => c is { From: "shop/web", To: "shop/db", Port: 0, Verdict: "allow" });
        Assert.Contains(matrix.Cells, c => c is { From: "shop/web", To: "shop/api", Port: 3002, Verdict: "deny" });
        var after = World(Manifests.Replace("\"3000\"", "\"3002\"", StringComparison.Ordinal));
        var changes = matrix.ChangesTo(ReachMatrix.Build(after.World, "shop"));
        Assert.Equal("+ shop/web -> shop/api 3002/TCP: deny -> redirect\n1 cells changed.\n", ReachMatrix.ChangesToText([.. changes]));
    }

    private static Explanation Explain(string from, string to, string port, CaseRequest? request = null)
    {
        var world = World(Manifests);
        return new Explainer(world.World, world.Places).Explain(from, to, port, request, "shop");
    }

    private static WorldFiles World(string text)
    {
        var files = WorldFiles.Read([new TextFile("m.yaml", text)], "shop");
        Assert.Empty(files.Problems);
        return files;
    }
}
