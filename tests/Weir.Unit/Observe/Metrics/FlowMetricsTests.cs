using Weir.Model;
using Weir.Observe.Metrics;
using Xunit;

namespace Weir.Unit.Observe.Metrics;

public sealed class FlowMetricsTests
{
    [Fact]
    public void A_flow_of_a_known_shape_allocates_nothing()
    {
        var scene = new MetricsScene();
        Flow[] flows = [MetricsScene.Egress(), MetricsScene.Ingress(), MetricsScene.Dns(true), MetricsScene.Dns(false), MetricsScene.Answer(TrafficDirection.Egress, 200)];
        scene.See(flows).See(flows);

        // A new object for each message, as they come: equal texts must be enough.
        Flow[] again = [MetricsScene.Egress(), MetricsScene.Ingress(), MetricsScene.Dns(true), MetricsScene.Dns(false), MetricsScene.Answer(TrafficDirection.Egress, 200)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ref readonly var flow in again.AsSpan()) scene.Metrics.Observe(flow);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Series_of_a_pod_go_a_minute_after_it_and_come_back_with_its_next_flow()
    {
        var scene = new MetricsScene("flow:sourceContext=pod").See(MetricsScene.Egress());
        scene.Metrics.Sweep(MetricsScene.Directory(MetricsScene.StoreFront));
        scene.Metrics.Sweep(MetricsScene.Directory());
        scene.Time.Advance(TimeSpan.FromSeconds(59));
        scene.Metrics.Sweep(MetricsScene.Directory());
        Assert.Single(await scene.SeriesAsync("hubble_flows_processed_total"));

        scene.Time.Advance(TimeSpan.FromSeconds(1));
        scene.Metrics.Sweep(MetricsScene.Directory());
        Assert.Empty(await scene.SeriesAsync("hubble_flows_processed_total"));
        Assert.Equal(["weir_metrics_series{family=\"hubble_flows_processed_total\"} 0"], await scene.SeriesAsync("weir_metrics_series"));

        Assert.EndsWith("} 1", Assert.Single(await scene.See(MetricsScene.Egress()).SeriesAsync("hubble_flows_processed_total")));
    }

    [Fact]
    public async Task A_pod_that_is_back_within_the_minute_keeps_its_series()
    {
        var scene = new MetricsScene("flow:sourceContext=pod").See(MetricsScene.Egress());
        scene.Metrics.Sweep(MetricsScene.Directory());
        scene.Time.Advance(TimeSpan.FromSeconds(50));
        scene.Metrics.Sweep(MetricsScene.Directory(MetricsScene.StoreFront));
        scene.Time.Advance(TimeSpan.FromSeconds(50));
        scene.Metrics.Sweep(MetricsScene.Directory());

        Assert.Single(await scene.SeriesAsync("hubble_flows_processed_total"));
    }

    [Fact]
    public async Task Past_its_limit_a_family_counts_in_the_series_other_and_says_how_often()
    {
        var scene = new MetricsScene(new MetricsOptions { Metrics = [MetricSpec.Parse("dns:query;sourceEgressContext=pod")], SeriesLimit = 10 });
        for (var i = 0; i < 30; i++) scene.See(MetricsScene.Dns(isResponse: false, query: $"host{i}.example."));

        var series = await scene.SeriesAsync("hubble_dns_queries_total");
        Assert.Equal(11, series.Length);
        Assert.Equal("hubble_dns_queries_total{rcode=\"\",qtypes=\"A\",ips_returned=\"0\",query=\"other\",source=\"other\"} 20", series[^1]);
        Assert.Equal(["weir_metrics_overflow_total{family=\"hubble_dns_queries_total\"} 20"], await scene.SeriesAsync("weir_metrics_overflow_total"));
    }

    [Fact]
    public async Task A_filter_takes_hold_while_it_runs_and_what_it_leaves_out_is_no_longer_exposed()
    {
        var scene = new MetricsScene("tcp:sourceContext=pod", "flow:sourceContext=pod");
        var syn = MetricsScene.Egress();
        syn.TcpFlags = TcpFlags.Syn;
        scene.See(syn);
        scene.Metrics.Filters = [new MetricFilter("tcp", (in Flow f) => f.Source.Namespace != "pets", UsesAddresses: false)];
        scene.See(syn);

        Assert.Empty(await scene.SeriesAsync("hubble_tcp_flags_total"));
        Assert.EndsWith("} 2", Assert.Single(await scene.SeriesAsync("hubble_flows_processed_total")));

        scene.Metrics.Filters = [];
        Assert.EndsWith("} 1", Assert.Single(await scene.See(syn).SeriesAsync("hubble_tcp_flags_total")));
    }

    [Fact]
    public async Task A_filter_by_address_tells_flows_between_the_same_ends_apart()
    {
        var scene = new MetricsScene("flow");
        var far = IpAddress.Parse("203.0.113.99");
        scene.Metrics.Filters = [new MetricFilter("flow", (in Flow f) => f.DestinationAddress == far, UsesAddresses: true)];
        var (near, other) = (MetricsScene.Egress(), MetricsScene.Egress());
        near.Destination = other.Destination = MetricsScene.World;
        other.DestinationAddress = far;

        Assert.EndsWith("} 1", Assert.Single(await scene.See(near, other, near).SeriesAsync("hubble_flows_processed_total")));
    }

    [Fact]
    public async Task A_traced_request_leaves_its_trace_as_an_exemplar_where_that_is_asked_for()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var page = await new MetricsScene("httpV2:exemplars=true").See(MetricsScene.Answer(TrafficDirection.Egress, 200, Trace)).PageAsync(openMetrics: true);
        Assert.Contains($"# {{traceID=\"{Trace}\"}} 0.03", page, StringComparison.Ordinal);

        var without = await new MetricsScene("httpV2").See(MetricsScene.Answer(TrafficDirection.Egress, 200, Trace)).PageAsync(openMetrics: true);
        Assert.DoesNotContain(Trace, without, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retinas_names_are_exposed_only_where_they_are_asked_for()
    {
        var asked = new MetricsScene(new MetricsOptions { Aliases = true }).See(MetricsScene.Dns(false), MetricsScene.Dns(true));
        Assert.Equal(["networkobservability_dns_request_count{query_type=\"A\",query=\"www.microsoft.com.\"} 1"], await asked.SeriesAsync("networkobservability_dns_request_count"));
        Assert.DoesNotContain("networkobservability", await new MetricsScene().See(MetricsScene.Dns(false)).PageAsync(), StringComparison.Ordinal);
    }
}
