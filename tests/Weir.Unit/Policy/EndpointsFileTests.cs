using Weir.Model;
using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class EndpointsFileTests
{
    [Fact]
    public void A_list_of_pods_gives_their_identities()
    {
        var (pods, problems) = Read("""
            - {namespace: shop, name: web, labels: {app: web}, namespaceLabels: {team: a}, serviceAccount: robot, ports: [{name: http, port: 8080}]}
            - {name: lone}
            """);
        Assert.Empty(problems);
        Assert.Equal(["shop/web", "default/lone"], pods.Select(p => $"{p.Namespace}/{p.Name}"));
        Assert.Equal("web", pods[0].Labels.Find("k8s", "app"));
        Assert.Equal("a", pods[0].Labels.Find("k8s", "io.cilium.k8s.namespace.labels.team"));
        Assert.Equal("robot", pods[0].Labels.Find("k8s", "io.cilium.k8s.policy.serviceaccount"));
        Assert.Equal((IpProtocol.Tcp, (ushort)8080), (pods[0].Ports[0].Protocol, pods[0].Ports[0].Port));
    }

    [Fact]
    public void What_kubectl_prints_will_do()
    {
        var (pods, problems) = Read("""{"kind":"List","apiVersion":"v1","items":[{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop","labels":{"app":"web"}},"spec":{}}]}""");
        Assert.Empty(problems);
        Assert.Equal("web", Assert.Single(pods).Labels.Find("k8s", "app"));
    }

    [Theory]
    [InlineData("- {namespace: shop}", "[0].name: The pod has no name.")]
    [InlineData("- {name: a, lables: {}}", "did you mean 'labels'?")]
    [InlineData("- {name: a, labels: {on: 1}}", "expected a string")]
    [InlineData("- {name: a, ports: [{port: 0}]}", "expected a port from 1 to 65535")]
    [InlineData("- {name: a, ports: [{port: 1, protocol: HTTP}]}", "expected TCP, UDP or SCTP")]
    [InlineData("- web", "expected an object")]
    [InlineData("pods: []", "Expected a list of pods")]
    [InlineData("[", "This is no YAML")]
    public void What_is_malformed_is_named(string text, string message)
    {
        var (_, problems) = Read(text);
        Assert.Contains(message, Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    private static (IReadOnlyList<KnownPod> Pods, List<PolicyProblem> Problems) Read(string text)
    {
        List<PolicyProblem> problems = [];
        return (EndpointsFile.Read(text, problems), problems);
    }
}
