using System.Text.Json.Nodes;
using Weir.FlowLog.Selection;
using Weir.Model;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog;

public sealed class LogSelectionTests
{
    [Theory]
    [InlineData("""{"from":{"namespacedPod":["pets/order-service-"]}}""", true)]
    [InlineData("""{"from":{"namespacedPod":["pets/"]}}""", true)]
    [InlineData("""{"from":{"namespacedPod":["pet/"]}}""", false)]
    [InlineData("""{"from":{"namespacedPod":["shop/order-service-","pets/order"]},"protocol":["tcp"],"verdict":["dropped"]}""", true)]
    [InlineData("""{"from":{"namespacedPod":["pets/order"]},"verdict":["forwarded"]}""", false)]
    [InlineData("""{"from":{"namespacedPod":["pets/order"]},"to":{"namespacedPod":["pets/order"]}}""", false)]
    [InlineData("""{"protocol":["udp","dns"]}""", false)]
    [InlineData("""{"from":{"labelSelector":{"matchLabels":{"app":"order-service","k8s.io/namespace":"pets"}}}}""", true)]
    [InlineData("""{"from":{"labelSelector":{"matchLabels":{"app":"store-front"}}}}""", false)]
    [InlineData("""{"from":{"labelSelector":{}}}""", true)]
    [InlineData("""{"from":{"labelSelector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["a"]},{"key":"app","operator":"Exists"}]}}}""", true)]
    [InlineData("""{"from":{"labelSelector":{"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}}}""", false)]
    [InlineData("""{"to":{"ip":["192.168.2.0/24"]}}""", true)]
    [InlineData("""{"to":{"ip":["192.168.2.9"]},"from":{"ip":["10.0.0.0/8"]}}""", false)]
    [InlineData("""{}""", true)]
    public void A_filter_chooses_what_fits_all_of_it(string filter, bool chosen)
    {
        var filters = LogReader.Read(Document(filter), out var faults);

        Assert.Empty(faults);
        Assert.Equal(chosen, new LogSelection(filters).Matches(Flows.Drop()));
    }

    [Fact]
    public void Several_filters_choose_together_what_any_of_them_does()
    {
        var filters = LogReader.Read(Document("""{"verdict":["forwarded"]},{"protocol":["tcp"],"verdict":["dropped"]}"""), out _);

        Assert.True(new LogSelection(filters).Matches(Flows.Drop()));
        Assert.True(new LogSelection(filters).Matches(Flows.Forwarded(80)));
        Assert.False(LogSelection.Nothing.Matches(Flows.Drop()));
    }

    [Fact]
    public void Dns_means_what_a_proxy_saw()
    {
        var selection = new LogSelection(LogReader.Read(Document("""{"protocol":["dns"]}"""), out _));
        var flow = Flows.Forwarded(53);
        flow.Protocol = IpProtocol.Udp;

        Assert.False(selection.Matches(flow));
        flow.Dns = new DnsExchange { Query = "a." };
        Assert.True(selection.Matches(flow));
    }

    [Theory]
    [InlineData("""{"from":{"namespacedPod":["store-front"]}}""", "spec.includefilters[0].from.namespacedPod[0]: 'store-front' names no pods: expected namespace/pod-prefix")]
    [InlineData("""{"protocol":["icmp"]}""", "spec.includefilters[0].protocol[0]: 'icmp' is unknown: expected tcp, udp, dns.")]
    [InlineData("""{"verdict":"dropped"}""", "spec.includefilters[0].verdict: Expected a list.")]
    [InlineData("""{"to":{"ip":["10.0.0.0/33"]}}""", "spec.includefilters[0].to.ip[0]: '10.0.0.0/33' is no address")]
    [InlineData("""{"to":{"labelSelector":{"matchExpressions":[{"key":"a","operator":"Is"}]}}}""", "spec.includefilters[0].to.labelSelector.matchExpressions[0].operator: 'Is' is no operator")]
    public void A_mistake_is_named_with_its_place(string filter, string expected)
    {
        LogReader.Read(Document(filter), out var faults);

        Assert.StartsWith(expected, Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_filters_is_a_mistake()
    {
        LogReader.Read(Document(""), out var faults);
        Assert.Equal("spec.includefilters", Assert.Single(faults).Path);
    }

    private static JsonObject Document(string filters) => JsonNode.Parse("{\"spec\":{\"includefilters\":[" + filters + "]}}")!.AsObject();
}
