using Google.Protobuf;
using Weir.Hub.Ui;
using Weir.Hub.Ui.Filters;
using Weir.Hub.Ui.Flows;
using Weir.Model;
using Weir.Observe.Filters;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Hub.Ui;

public sealed class FilterTextTests
{
    public static TheoryData<string, bool> OfADrop => new()
    {
        { "", true },
        { "from:pod=pets/order-service", true },
        { "from:pod=order", true },
        { "to:pod=pets/order-service", false },
        { "pod=pets/product", true },
        { "namespace=pets,other", true },
        { "!namespace=pets", false },
        { "workload=pets/order-service to:workload=product-service", true },
        { "workload=Pets/order-service", false },
        { "label=app=order-service label=k8s:app=product-service label=app", true },
        { "label=app=order", false },
        { "ip=192.168.0.0/16 to:ip=192.168.2.9", true },
        { "port=3002 !port=53", true },
        { "from:port=3002", false },
        { "identity=30112 to:identity=8123", true },
        { "identity=world", false },
        { "verdict=DROPPED,error reason=policy_denied", true },
        { "protocol=tcp type=l3_l4 event=drop direction=egress", true },
        { "protocol=dns", false },
        { "rule=pets/allow-order-* node=node1", true },
        { "rule=pets/allow-order-service-traffic/default-deny", true },
        { "rule=pets/allow-order-service-traffic/egress[0]", false },
        { "dns=*.microsoft.com", false },
    };

    public static TheoryData<string, bool> OfARequest => new()
    {
        { "http.method=get http.path=/products http.status=2xx protocol=http", true },
        { "http.status=200", true },
        { "http.status=403,5xx", false },
        { "!http.path=/prod*", false },
        { "type=l7 event=http-response", true },
    };

    public static TheoryData<string, int, int> Wrong => new()
    {
        { "podd=x", 0, 4 },
        { "verdict=dropped nonsense", 16, 8 },
        { "from:verdict=dropped", 0, 5 },
        { "verdict=lost", 8, 4 },
        { "port=53,70000", 8, 5 },
        { "ip=10.0.0.0/99", 3, 11 },
        { "pod=", 0, 4 },
        { "dns=\"a b", 4, 4 },
        { "http.status=4", 12, 1 },
    };

    [Theory]
    [MemberData(nameof(OfADrop))]
    public void A_condition_holds_of_a_drop_or_not(string text, bool wanted) => Assert.Equal(wanted, Matches(text, Flows.Drop()));

    [Theory]
    [MemberData(nameof(OfARequest))]
    public void A_condition_holds_of_a_request_or_not(string text, bool wanted)
    {
        var flow = Flows.Forwarded(3002);
        (flow.Kind, flow.Http) = (FlowKind.L7, Flows.Http(isResponse: true));
        Assert.Equal(wanted, Matches(text, flow));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_understood_is_named_with_its_place(string text, int start, int length)
    {
        var problem = Assert.Throws<UiProblem>(() => FlowFilters.Of(text, []));
        Assert.Equal((start, length), problem.At);
    }

    // What is pushed down must never leave out what the filter itself wants.
    [Theory]
    [MemberData(nameof(OfADrop))]
    public void Nodes_send_all_that_a_filter_wants(string text, bool wanted)
    {
        if (!wanted) return;
        var request = new GetFlowsRequest();
        FlowFilters.Of(text, ["pets"]).Narrow(request);
        Assert.True(new FlowSelection(request.Whitelist, request.Blacklist).Matches(Flows.Drop()));
    }

    [Fact]
    public void A_DNS_name_is_the_one_asked_for_or_one_of_an_address()
    {
        var asked = Flows.Forwarded(53);
        (asked.Kind, asked.Dns) = (FlowKind.L7, Flows.Dns(isResponse: false));
        Assert.True(Matches("dns=*.Microsoft.com", asked));
        var known = Flows.Forwarded(443);
        known.Destination = known.Destination with { Names = ["www.microsoft.com"] };
        Assert.True(Matches("to:dns=www.microsoft.com", known));
        Assert.False(Matches("from:dns=www.microsoft.com", known));
    }

    [Fact]
    public void Rows_and_filters_allocate_nothing_for_a_flow()
    {
        var bytes = Bytes(Flows.Drop());
        var filters = FlowFilters.Of("from:pod=pets/order verdict=dropped rule=allow-order-service-traffic !dns=x.example ip=192.168.0.0/16", ["pets"]);
        using var rows = new RowBuffer();
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Write();
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1000, $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes for 1000 flows");

        void Write()
        {
            rows.Clear();
            var flow = FlowView.Of(bytes);
            if (filters.Matches(flow)) FlowRowWriter.Write(rows.Json, flow);
            rows.Line();
        }
    }

    private static bool Matches(string text, Flow flow) => FlowFilters.Of(text, []).Matches(FlowView.Of(Bytes(flow)));

    private static byte[] Bytes(in Flow flow) => new GetFlowsResponse { Flow = FlowMessage.Of(flow) }.ToByteArray();
}
