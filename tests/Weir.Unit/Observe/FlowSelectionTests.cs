using Weir.Observe.Filters;
using Weir.Observe.Wire.Flows;
using Xunit;

namespace Weir.Unit.Observe;

public sealed class FlowSelectionTests
{
    public static TheoryData<string, FlowFilter, bool> Cases => new()
    {
        { "source pod by prefix", new FlowFilter { SourcePod = { "pets/order-service" } }, true },
        { "a pod without a namespace is in default", new FlowFilter { SourcePod = { "order-service" } }, false },
        { "a namespace alone", new FlowFilter { SourcePod = { "pets/" } }, true },
        { "any namespace", new FlowFilter { DestinationPod = { "/product-" } }, true },
        { "values of a field are ORed", new FlowFilter { DestinationPort = { "80", "3002" } }, true },
        { "fields are ANDed", new FlowFilter { DestinationPort = { "3002" }, SourcePort = { "1" } }, false },
        { "verdict", new FlowFilter { Verdict = { Verdict.Forwarded } }, false },
        { "drop reason", new FlowFilter { DropReasonDesc = { DropReason.PolicyDenied } }, true },
        { "protocol, any case", new FlowFilter { Protocol = { "TCP" } }, true },
        { "another protocol", new FlowFilter { Protocol = { "udp" } }, false },
        { "an address range", new FlowFilter { SourceIp = { "192.168.1.0/24" } }, true },
        { "a label", new FlowFilter { SourceLabel = { "app=order-service" } }, true },
        { "a label with its source", new FlowFilter { SourceLabel = { "k8s:app in (a, order-service)" } }, true },
        { "a label that must not be there", new FlowFilter { SourceLabel = { "app!=order-service" } }, false },
        { "TCP flags", new FlowFilter { TcpFlags = { new TCPFlags { SYN = true } } }, true },
        { "TCP flags, one missing", new FlowFilter { TcpFlags = { new TCPFlags { SYN = true, ACK = true } } }, false },
        { "workload", new FlowFilter { DestinationWorkload = { new Workload { Name = "product-service" } } }, true },
        { "event type with sub type", new FlowFilter { EventType = { new EventTypeFilter { Type = 1, MatchSubType = true, SubType = 133 } } }, true },
        { "direction", new FlowFilter { TrafficDirection = { TrafficDirection.Ingress } }, false },
        { "a drop counts as no reply", new FlowFilter { Reply = { false } }, true },
        { "HTTP of a flow without HTTP", new FlowFilter { HttpMethod = { "GET" } }, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chooses(string what, FlowFilter filter, bool expected)
    {
        Assert.True(expected == new FlowSelection([filter], []).Matches(Flows.Drop()), what);
        Assert.True(expected != new FlowSelection([], [filter]).Matches(Flows.Drop()), "not: " + what);
    }

    [Fact]
    public void Filters_of_the_white_list_are_ORed() => Assert.True(new FlowSelection(
        [new FlowFilter { SourcePort = { "1" } }, new FlowFilter { DestinationPort = { "3002" } }], []).Matches(Flows.Drop()));

    [Theory]
    [InlineData("port")]
    [InlineData("cel")]
    [InlineData("protocol")]
    [InlineData("regex")]
    public void What_cannot_be_understood_is_refused_and_not_ignored(string which)
    {
        var filter = which switch
        {
            "port" => new FlowFilter { SourcePort = { "http" } },
            "cel" => new FlowFilter { Experimental = new FlowFilter.Types.Experimental { CelExpression = { "true" } } },
            "protocol" => new FlowFilter { Protocol = { "carrier-pigeon" } },
            _ => new FlowFilter { DnsQuery = { "(" } },
        };

        Assert.Throws<FilterException>(() => new FlowSelection([filter], []));
    }

    [Fact]
    public void Matching_allocates_nothing()
    {
        var selection = new FlowSelection([new FlowFilter { DestinationPort = { "3002" }, SourcePod = { "pets/order" }, SourceLabel = { "app!=none" } }], []);
        var flow = Flows.Drop();
        selection.Matches(flow);

        var before = GC.GetAllocatedBytesForCurrentThread();
        selection.Matches(flow);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
