using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class LinterTests
{
    private const string Dns = """{toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}], toPorts: [{ports: [{port: "53", protocol: ANY}]""";

    [Theory]
    [InlineData("ingress: [], egress: [{toEntities: [all]}]", "WP101")]
    [InlineData("ingress: [{}], egress: []", "WP101")]
    [InlineData("ingress: [{fromEndpoints: [{matchLabels: {app: ghost}}]}]", "WP102")]
    [InlineData("ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]", "")]
    [InlineData("egress: [{toFQDNs: [{matchName: a.example}]}, {toEntities: [cluster]}]", "WP103")]
    [InlineData("egress: [" + Dns + ", rules: {dns: [{matchName: b.example.a.b.c.d}]}}]}, {toFQDNs: [{matchName: a.example}]}]", "WP103")]
    [InlineData("egress: [" + Dns + ", rules: {dns: [{matchPattern: '*.example'}]}}]}]", "WP104")]
    [InlineData("egress: [" + Dns + ", rules: {dns: [{matchPattern: '*'}]}}]}]", "WP107")]
    [InlineData("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{path: '/a(\\?.*)?'}]}}]}, {fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]", "WP105")]
    [InlineData("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{path: '/a(\\?.*)?'}]}}]}]", "")]
    [InlineData("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{path: '/a'}]}}]}]", "WP108")]
    [InlineData("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{path: '/a.*'}]}}]}]", "")]
    [InlineData("ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{method: GET}]}}]}]", "WP114")]
    [InlineData("ingress: [{fromEndpoints: [{}]}, {fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: '80'}]}]}]", "WP109")]
    [InlineData("egress: [{toEndpoints: [{matchLabels: {app: web}}]}]", "WP110")]
    [InlineData("egress: [{toEndpoints: [{matchLabels: {app: web}}]}, " + Dns + "}]}]", "")]
    [InlineData("egress: [{}]", "")]
    [InlineData("ingress: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: '80', protocol: ICMP}]}]}]", "WP001")]
    [InlineData("ingress: [{fromEndpoints: [{matchLabels: {app: web}}], fromNode: []}]", "WP002")]
    [InlineData("ingress: [{fromEndpoints: [{matchLabels: {app: web}}], authentication: {mode: required}}]", "WP003")]
    public void Finds(string rules, string code)
    {
        var text = $$$$$"""
            {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}}
            ---
            {apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: p, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: web}}, {{{{{rules}}}}} } }
            """;
        var report = Linter.Check([new TextFile("p.yaml", text)]);
        Assert.Equal(code, string.Join(' ', report.Findings.Select(f => f.Code)));
    }

    [Fact]
    public void Names_the_place_by_line()
    {
        const string text = """
            apiVersion: cilium.io/v2
            kind: CiliumNetworkPolicy
            metadata: {name: p}
            spec:
              endpointSelector: {}
              egress:
                - toPorts:
                    - ports:
                        - port: 80
            """;
        var finding = Assert.Single(Linter.Check([new TextFile("p.yaml", text)]).Findings, f => f.Code == "WP001");
        Assert.Equal(("spec.egress[0].toPorts[0].ports[0].port", 9), (finding.Path, finding.Line));
        Assert.Contains("Put it in quotes: \"80\"", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_JSON_and_SARIF()
    {
        var report = Linter.Check([new TextFile("p.yaml", "a: [")]);
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal("error", json.RootElement.GetProperty("findings")[0].GetProperty("severity").GetString());
        using var sarif = JsonDocument.Parse(report.ToSarif());
        Assert.Equal("WP001", sarif.RootElement.GetProperty("runs")[0].GetProperty("results")[0].GetProperty("ruleId").GetString());
        Assert.Equal(1, report.ExitCode(strict: false));
    }

    [Fact]
    public void Every_code_is_documented()
    {
        var documented = Regex.Matches(File.ReadAllText(Path.Combine(Corpus.Root, "docs", "policy-lint.md")), "^## (WP[0-9]+)", RegexOptions.Multiline).Select(m => m.Groups[1].Value).ToHashSet();
        var used = Directory.GetFiles(Path.Combine(Corpus.Root, "src", "Weir.Policy", "Lint"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(f => Regex.Matches(File.ReadAllText(f), "\"(WP[0-9]+)\"").Select(m => m.Groups[1].Value)).ToHashSet();
        Assert.NotEmpty(used);
        Assert.Equal(used.Order(), documented.Order());
    }
}
