using System.Text.Json;
using Weir.Policy.Testing;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class PolicyTestingTests
{
    private const string File = """
        policies:
          - file: shop.yaml
          - apiVersion: cilium.io/v2
            kind: CiliumNetworkPolicy
            metadata: {name: web-out, namespace: shop}
            spec:
              endpointSelector: {matchLabels: {app: web}}
              egress:
                - toEndpoints: [{matchLabels: {app: api}}]
                  toPorts:
                    - ports: [{port: "8080", protocol: TCP}]
                      rules: {http: [{method: GET, path: "/items(\\?.*)?"}]}
        endpoints:
          - {name: web, namespace: shop, labels: {app: web}}
          - {name: api, namespace: shop, labels: {app: api}}
        tests:
          - {from: web, to: api, port: 8080/tcp, expect: redirect}
          - {name: "reads items", from: web, to: api, port: 8080/tcp, http: GET /items?id=1, expect: allow}
          - {name: "does not write", from: web, to: api, port: 8080/tcp, http: POST /items, expect: deny}
          - {from: web, to: api, port: 22, expect: {egress: deny}}
          - {from: web, to: {cidr: 203.0.113.1/32}, port: 443, expect: deny}
        rejects:
          - {name: no rules, policy: {apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a}, spec: {endpointSelector: {}}}}
        """;

    private const string Shop = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: api-in, namespace: shop}
        spec:
          podSelector: {matchLabels: {app: api}}
          ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
        """;

    [Fact]
    public void Judges_flows_requests_and_rejections_of_a_YAML_file()
    {
        var report = new TestReport(TestReport.Judge("t.yaml", File, path => path == "shop.yaml" ? Shop : throw new InvalidOperationException(path)));
        Assert.Equal("6 passed, 0 failed\n", report.ToText());
        Assert.Equal(0, report.ExitCode);
    }

    [Fact]
    public void A_failure_names_the_rule_that_decided()
    {
        var wrong = File.Replace("expect: {egress: deny}", "expect: {egress: allow}", StringComparison.Ordinal);
        var report = new TestReport(TestReport.Judge("t.yaml", wrong, _ => Shop));
        Assert.Equal(1, report.ExitCode);
        Assert.Contains("egress: expected allow, found deny: no rule allows it; default deny by CiliumNetworkPolicy shop/web-out", report.ToText(), StringComparison.Ordinal);
        Assert.EndsWith("5 passed, 1 failed\n", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("failures=\"1\"", report.ToJUnit(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tests: [{from: web, to: api, expect: allow}]", "There is no endpoint 'web'")]
    [InlineData("tests: [{to: api, expect: allow}]", "has no 'from'")]
    [InlineData("tests: 7", "'tests' is no list")]
    [InlineData("a: [", "This is no YAML")]
    [InlineData("tests: [{from: a, to: b, port: x/y, expect: allow}]", "is no port")]
    public void A_malformed_file_fails_with_what_is_wrong(string text, string message)
    {
        var report = new TestReport(TestReport.Judge("t.yaml", text, _ => ""));
        Assert.Equal(1, report.Failed);
        Assert.Contains(message, report.ToText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy.jsonl")]
    [InlineData("policy-invalid.jsonl")]
    [InlineData("policy-valid-controls.jsonl")]
    public void Every_case_of_the_corpus_passes(string name)
    {
        var judge = new CaseJudge();
        var results = Corpus.Ours(name).Select(judge.Judge).ToList();
        Assert.Empty(results.Where(r => !r.Passed).Select(r => $"{r.Id}: {r.Mismatches[0]}"));
        Assert.NotEmpty(results);
    }

    [Fact]
    public void The_batch_answers_in_the_form_of_the_cases_and_names_the_policies_that_decided()
    {
        var judge = new CaseJudge();
        var (same, count) = (0, 0);
        foreach (var row in Corpus.Ours("policy.jsonl"))
        {
            using var answer = JsonDocument.Parse(judge.Answer(row.GetRawText()));
            Assert.Equal(row.GetProperty("expect").GetProperty("verdict").GetString(), answer.RootElement.GetProperty("verdict").GetString());
            if (!row.GetProperty("expect").TryGetProperty("by", out var by)) continue;
            count++;
            if (answer.RootElement.TryGetProperty("by", out var found) && found.GetRawText() == by.GetRawText()) same++;
        }

        // Cilium names the policies of one entry, Weir those of all that say the same: informative, and mostly equal.
        Assert.True(same > count * 9 / 10, $"{same} of {count}");
    }

    [Fact]
    public void The_batch_says_why_a_policy_is_not_accepted()
    {
        var row = Corpus.Ours("policy-invalid.jsonl").First();
        using var answer = JsonDocument.Parse(new CaseJudge().Answer(row.GetRawText()));
        Assert.False(answer.RootElement.GetProperty("accepted").GetBoolean());
        Assert.NotEmpty(answer.RootElement.GetProperty("error").GetString()!);
    }
}
