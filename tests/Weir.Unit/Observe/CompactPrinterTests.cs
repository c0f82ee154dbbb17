using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Printing;
using Xunit;

namespace Weir.Unit.Observe;

public sealed class CompactPrinterTests
{
    [Fact]
    public void A_drop_reads_as_hubble_prints_it() => Assert.Equal(
        "Mar  1 10:00:00.123: pets/order-service-595b65df56-xjtrr:41234 (ID:30112) <> " +
        "pets/product-service-5b8794b597-trbvn:3002 (ID:8123) Policy denied DROPPED (TCP Flags: SYN)",
        Print(Flows.Drop(), new PrintOptions()));

    [Fact]
    public void A_forwarded_flow_shows_where_it_was_seen() => Assert.Equal(
        "Mar  1 10:00:00.123: pets/order-service-595b65df56-xjtrr:41234 (ID:30112) -> " +
        "pets/product-service-5b8794b597-trbvn:3002 (ID:8123) to-endpoint FORWARDED (TCP Flags: SYN)",
        Print(Flows.Forwarded(3002), new PrintOptions()));

    [Fact]
    public void A_verdict_names_its_policies_when_asked()
    {
        var flow = Flows.Drop();
        flow.Kind = FlowKind.PolicyVerdict;
        flow.IsReply = false;

        Assert.Equal(
            "Mar  1 10:00:00.123 [node1]: 192.168.1.7:41234 (ID:30112) -> 192.168.2.9:3002 (ID:8123) " +
            "policy-verdict:none EGRESS DENIED BY allow-order-service-traffic (CiliumNetworkPolicy) (TCP Flags: SYN)",
            Print(flow, new PrintOptions { PrintNode = true, PrintPolicyNames = true, TranslateAddresses = false }));
    }

    [Fact]
    public void The_rule_travels_as_a_label_of_its_policy()
    {
        var message = FlowMessage.Of(Flows.Forwarded(3002));

        var policy = Assert.Single(message.EgressAllowedBy);
        Assert.Equal(("allow-order-service-traffic", "pets"), (policy.Name, policy.Namespace));
        Assert.Contains("weir:rule=egress[0]", policy.Labels);
    }

    [Fact]
    public void A_drop_to_an_address_that_was_learned_says_by_which_query()
    {
        var flow = Flows.Drop();
        var name = new LearnedName("graph.microsoft.com", 1_772_359_195_250_000_037, "A");
        flow.Destination = new Endpoint
        {
            Identity = new SecurityIdentity(2), Labels = new LabelSet([new Label("reserved", "world", "")]), Names = [name.Name], Learned = [name],
        };

        var line = Print(flow, new PrintOptions { Explain = true });

        Assert.Contains("world (192.168.2.9, known as graph.microsoft.com, learned 09:59:55.250 from a query for A)", line, StringComparison.Ordinal);
        Assert.Equal([name], MessageFlow.Of(FlowMessage.Of(flow)).Destination.Learned);
    }

    private static string Print(in Flow flow, PrintOptions options) =>
        new CompactPrinter(options).Line(FlowMessage.Of(flow));
}
