using Weir.Policy.Documents;
using Weir.Policy.Explain;
using Weir.Policy.Lint;
using Weir.Policy.Testing;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class WorldFilesTests
{
    private const string Manifests = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: back, labels: {app: api}}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: front, namespace: shop}, spec: {selector: {app: web}}}
        ---
        {apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: offices}, spec: {externalCIDRs: [203.0.113.0/24]}}
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: api, namespace: back}
        spec:
          endpointSelector: {matchLabels: {app: api}}
          ingress:
            - fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.team": a}, matchExpressions: [{key: "k8s:io.kubernetes.pod.namespace", operator: Exists}]}]
            - fromCIDRSet: [{cidrGroupRef: offices}]
          egress:
            - toServices: [{k8sService: {serviceName: front, namespace: shop}}]
        """;

    [Theory]
    [InlineData("shop/web", "back/api", "allow")]
    [InlineData("203.0.113.9", "back/api", "allow")]
    [InlineData("203.0.114.9", "back/api", "deny")]
    [InlineData("back/api", "shop/web", "allow")]
    [InlineData("back/api", "203.0.113.9", "deny")]
    public void Namespaces_services_and_groups_of_the_files_count(string from, string to, string verdict)
    {
        var files = WorldFiles.Read([new TextFile("m.yaml", Manifests)]);
        Assert.Empty(files.Problems);
        var explanation = new Explainer(files.World, files.Places).Explain(from, to, "80/tcp");
        Assert.True(explanation.Verdict == verdict, explanation.ToText());
    }

    [Fact]
    public void A_check_knows_the_labels_of_namespaces_in_the_files()
    {
        Assert.DoesNotContain(Linter.Check([new TextFile("m.yaml", Manifests)]).Findings, f => f.Code == "WP102");
        var other = Manifests.Replace("labels: {team: a}", "labels: {team: b}", StringComparison.Ordinal);
        Assert.Contains(Linter.Check([new TextFile("m.yaml", other)]).Findings, f => f.Code == "WP102");
    }
}
