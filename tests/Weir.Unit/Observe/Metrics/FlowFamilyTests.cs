using Weir.Model;
using Xunit;

namespace Weir.Unit.Observe.Metrics;

public sealed class FlowFamilyTests
{
    private const string SourceStoreFront = "source=\"pets/store-front-6d5b-x7\",destination=\"\"";
    private const string DestinationProduct = "source=\"\",destination=\"pets/product-service-5b87-tr\"";

    [Fact]
    public async Task Each_flow_counts_with_the_pod_on_whose_side_it_was_seen() => Assert.Equal(
        [
            $"hubble_flows_processed_total{{protocol=\"TCP\",type=\"Trace\",subtype=\"to-network\",verdict=\"FORWARDED\",{SourceStoreFront}}} 2",
            $"hubble_flows_processed_total{{protocol=\"TCP\",type=\"Trace\",subtype=\"to-endpoint\",verdict=\"FORWARDED\",{DestinationProduct}}} 1",
        ],
        await new MetricsScene().See(MetricsScene.Egress(), MetricsScene.Egress(), MetricsScene.Ingress()).SeriesAsync("hubble_flows_processed_total"));

    [Fact]
    public async Task A_denied_packet_is_one_drop_though_its_verdict_is_a_flow_too()
    {
        var drop = MetricsScene.Ingress(FlowKind.Drop, Verdict.Dropped);
        var verdict = MetricsScene.Ingress(FlowKind.PolicyVerdict, Verdict.Dropped);
        drop.DropReason = verdict.DropReason = DropReason.PolicyDenied;
        var scene = new MetricsScene().See(verdict, drop);

        Assert.Equal([$"hubble_drop_total{{reason=\"POLICY_DENIED\",protocol=\"TCP\",{DestinationProduct}}} 1"], await scene.SeriesAsync("hubble_drop_total"));
        Assert.Equal([$"hubble_policy_verdicts_total{{direction=\"ingress\",match=\"none\",action=\"dropped\",{DestinationProduct}}} 1"], await scene.SeriesAsync("hubble_policy_verdicts_total"));
    }

    [Fact]
    public async Task Equal_drops_that_the_kernel_only_counted_are_counted()
    {
        var drop = MetricsScene.Ingress(FlowKind.Drop, Verdict.Dropped);
        (drop.DropReason, drop.Suppressed) = (DropReason.PolicyDeny, 41);

        Assert.EndsWith("} 42", Assert.Single(await new MetricsScene().See(drop).SeriesAsync("hubble_drop_total")));
    }

    [Fact]
    public async Task A_name_that_policy_refuses_is_a_query_with_the_code_Policy_denied_and_a_drop()
    {
        var refused = MetricsScene.Dns(isResponse: false, Verdict.Dropped);
        var scene = new MetricsScene().See(refused, MetricsScene.Dns(isResponse: true, Verdict.Dropped, code: 5));

        Assert.Equal(
            [$"hubble_dns_queries_total{{rcode=\"Policy denied\",qtypes=\"A\",ips_returned=\"0\",query=\"www.microsoft.com.\",{SourceStoreFront}}} 1"],
            await scene.SeriesAsync("hubble_dns_queries_total"));
        Assert.Empty(await scene.SeriesAsync("hubble_dns_responses_total"));
        Assert.Equal([$"hubble_drop_total{{reason=\"POLICY_DENIED\",protocol=\"DNS\",{SourceStoreFront}}} 1"], await scene.SeriesAsync("hubble_drop_total"));
    }

    [Fact]
    public async Task An_answer_names_the_pod_that_asked_and_the_code_in_words()
    {
        const string Asker = "source=\"\",destination=\"pets/store-front-6d5b-x7\"";
        var scene = new MetricsScene().See(MetricsScene.Dns(isResponse: true), MetricsScene.Dns(isResponse: true, code: 3));

        Assert.Equal(
            [
                $"hubble_dns_responses_total{{rcode=\"No Error\",qtypes=\"A\",ips_returned=\"2\",query=\"www.microsoft.com.\",{Asker}}} 1",
                $"hubble_dns_responses_total{{rcode=\"Non-Existent Domain\",qtypes=\"A\",ips_returned=\"0\",query=\"www.microsoft.com.\",{Asker}}} 1",
            ],
            await scene.SeriesAsync("hubble_dns_responses_total"));
        Assert.Equal(2, (await scene.SeriesAsync("hubble_dns_response_types_total")).Length);
    }

    [Theory]
    [InlineData(TrafficDirection.Egress, "client", SourceStoreFront)]
    [InlineData(TrafficDirection.Ingress, "server", DestinationProduct)]
    public async Task A_request_counts_when_it_is_answered_for_the_side_whose_rule_limits_it(TrafficDirection direction, string reporter, string ends)
    {
        var scene = new MetricsScene().See(MetricsScene.Answer(direction, 403));

        Assert.Equal(
            [$"hubble_http_requests_total{{method=\"GET\",protocol=\"HTTP/1.1\",status=\"403\",reporter=\"{reporter}\",{ends}}} 1"],
            await scene.SeriesAsync("hubble_http_requests_total"));
        Assert.Equal([$"hubble_http_request_duration_seconds_sum{{method=\"GET\",reporter=\"{reporter}\",{ends}}} 0.03"], await scene.SeriesAsync("hubble_http_request_duration_seconds_sum"));
    }

    [Fact]
    public async Task A_summary_counts_for_each_flag_that_it_saw()
    {
        var (first, last) = (MetricsScene.Ingress(), MetricsScene.Ingress());
        first.TcpFlags = TcpFlags.Syn | TcpFlags.Ack;
        last.TcpFlags = TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Rst;
        var series = await new MetricsScene().See(first, last).SeriesAsync("hubble_tcp_flags_total");

        Assert.Equal(["FIN", "RST", "SYN-ACK"], series.Select(s => s.Split('"')[1]).Order());
    }

    [Fact]
    public async Task Ports_are_those_of_who_is_asked_never_those_of_replies()
    {
        var reply = MetricsScene.Ingress();
        (reply.IsReply, reply.DestinationPort) = (true, 40000);

        Assert.Equal(["hubble_port_distribution_total{protocol=\"TCP\",port=\"3002\"} 1"], await new MetricsScene().See(MetricsScene.Egress(), reply).SeriesAsync("hubble_port_distribution_total"));
    }

    [Fact]
    public async Task Only_first_packets_to_the_world_count_with_syn_only()
    {
        var (syn, later) = (MetricsScene.Egress(), MetricsScene.Egress());
        syn.Destination = later.Destination = MetricsScene.World;
        syn.TcpFlags = TcpFlags.Syn;
        var scene = new MetricsScene("flows-to-world:any-drop;port;syn-only;sourceContext=namespace").See(syn, later);

        Assert.Equal(["hubble_flows_to_world_total{protocol=\"TCP\",verdict=\"FORWARDED\",port=\"3002\",source=\"pets\"} 1"], await scene.SeriesAsync("hubble_flows_to_world_total"));
    }

    [Fact]
    public async Task Pings_count_by_family_and_type()
    {
        var ping = MetricsScene.Egress();
        (ping.Protocol, ping.SourcePort, ping.DestinationPort) = (IpProtocol.IcmpV6, 128, 0);

        Assert.Equal([$"hubble_icmp_total{{family=\"IPv6\",type=\"EchoRequest\",{SourceStoreFront}}} 1"], await new MetricsScene().See(ping).SeriesAsync("hubble_icmp_total"));
    }

    [Fact]
    public async Task Bytes_between_two_nodes_count_once_on_the_senders()
    {
        // What each of two nodes says of one connection: here the client is a pod of this node, and the server of another.
        var mine = MetricsScene.Egress();
        mine.Destination = MetricsScene.CoreDns;
        (mine.Bytes, mine.ReplyBytes, mine.Packets, mine.ReplyPackets) = (1000, 5000, 3, 4);
        var scene = new MetricsScene().See(mine);

        Assert.Equal(["weir_pod_bytes_total{source=\"pets/store-front-6d5b-x7\",destination=\"kube-system/coredns-1\"} 1000"], await scene.SeriesAsync("weir_pod_bytes_total"));
        Assert.Equal(["weir_pod_packets_total{source=\"pets/store-front-6d5b-x7\",destination=\"kube-system/coredns-1\"} 3"], await scene.SeriesAsync("weir_pod_packets_total"));
    }

    [Fact]
    public async Task What_the_world_answers_counts_where_the_pod_is()
    {
        var out_ = MetricsScene.Egress();
        out_.Destination = MetricsScene.World;
        (out_.Bytes, out_.ReplyBytes) = (100, 900);

        Assert.Equal(
            [
                "weir_pod_bytes_total{source=\"pets/store-front-6d5b-x7\",destination=\"reserved:world\"} 100",
                "weir_pod_bytes_total{source=\"reserved:world\",destination=\"pets/store-front-6d5b-x7\"} 900",
            ],
            await new MetricsScene().See(out_).SeriesAsync("weir_pod_bytes_total"));
    }
}
