using System.Globalization;
using BenchmarkDotNet.Attributes;
using Prometheus;
using Weir.Model;
using Weir.Observe.Metrics;

namespace Weir.Bench;

/// <summary>What metrics cost a flow whose shape is known. Bar: 200 ns and no allocation.</summary>
[MemoryDiagnoser]
public class MetricsBench
{
    private const int Flows = 8192;
    private readonly Flow[] _flows = new Flow[Flows];
    private FlowMetrics _metrics = null!;

    /// <summary>How many pairs of pods talk: each is a shape of its own.</summary>
    [Params(100, 1_000, 10_000)]
    public int Pairs { get; set; }

    /// <summary>What the flows are.</summary>
    [Params("trace", "drop", "dns", "http")]
    public string Kind { get; set; } = "";

    /// <summary>Meets every shape once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _metrics = new FlowMetrics(new MetricsOptions { SeriesLimit = 1_000_000 }, Metrics.NewCustomRegistry(), TimeProvider.System);
        var pods = Enumerable.Range(0, 200).Select(Pod).ToArray();
        var random = new Random(1);
        for (var i = 0; i < Flows; i++)
        {
            var pair = random.Next(Pairs);
            _flows[i] = FlowOf(Kind, pods[pair % 200], pods[pair / 200 % 200]);
        }

        Observe();
    }

    /// <summary>Counts them.</summary>
    [Benchmark(OperationsPerInvoke = Flows)]
    public void Observe()
    {
        foreach (ref readonly var flow in _flows.AsSpan()) _metrics.Observe(flow);
    }

    internal static Endpoint Pod(int i) => new()
    {
        Id = (uint)i + 1,
        Identity = new SecurityIdentity((uint)(1000 + i)),
        Namespace = "pets",
        PodName = string.Create(CultureInfo.InvariantCulture, $"store-front-5c54b548d8-{i:00000}"),
        ClusterName = "default",
        Labels = new LabelSet([new Label("k8s", "app", "store-front")]),
        Workloads = [new Workload("store-front", "Deployment")],
    };

    internal static Flow FlowOf(string kind, Endpoint source, Endpoint destination)
    {
        var flow = new Flow
        {
            Kind = FlowKind.Trace,
            Verdict = Verdict.Forwarded,
            Point = ObservationPoint.ToEndpoint,
            Direction = TrafficDirection.Ingress,
            IsReply = false,
            Protocol = IpProtocol.Tcp,
            TcpFlags = TcpFlags.Syn,
            SourceAddress = IpAddress.FromIPv4(0xc0a80100u + source.Id),
            DestinationAddress = IpAddress.FromIPv4(0xc0a80200u + destination.Id),
            SourcePort = 30000,
            DestinationPort = 3000,
            Source = source,
            Destination = destination,
            Packets = 10,
            Bytes = 1000,
            ReplyPackets = 9,
            ReplyBytes = 900,
            NodeName = "node1",
        };
        switch (kind)
        {
            case "drop":
                (flow.Kind, flow.Verdict, flow.DropReason, flow.IsReply) = (FlowKind.Drop, Verdict.Dropped, DropReason.PolicyDenied, null);
                break;
            case "dns":
                (flow.Kind, flow.Direction, flow.IsReply) = (FlowKind.L7, TrafficDirection.Egress, true);
                flow.Dns = new DnsExchange { Query = "order-service.pets.svc.cluster.local.", QueryTypes = ["A"], IsResponse = true, Addresses = [IpAddress.FromIPv4(1)], RecordTypes = ["A"] };
                break;
            case "http":
                (flow.Kind, flow.Direction, flow.IsReply) = (FlowKind.L7, TrafficDirection.Egress, true);
                flow.Http = new HttpExchange { Method = "GET", Url = "http://product-service:3002/", Protocol = "HTTP/1.1", IsResponse = true, Status = 200, Latency = TimeSpan.FromMilliseconds(12) };
                break;
        }

        return flow;
    }
}
