using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Weir.Model;
using Weir.Observe.Enrich;
using Weir.Observe.Metrics;
using Xunit;

namespace Weir.Unit.Observe.Metrics;

/// <summary>A node's metrics, some flows, and what the page then says.</summary>
internal sealed class MetricsScene
{
    public static readonly Endpoint StoreFront = Pod("store-front-6d5b-x7", 1, "store-front");
    public static readonly Endpoint Product = Pod("product-service-5b87-tr", 2, "product-service");
    public static readonly Endpoint CoreDns = Pod("coredns-1", 0, "coredns", "kube-system");
    public static readonly Endpoint World = new() { Identity = SecurityIdentity.World, Labels = LabelSet.Reserved("world"), Names = ["www.bing.com"] };

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    public MetricsScene(params string[] metrics) : this(new MetricsOptions { Metrics = metrics.Length == 0 ? MetricSpec.Defaults : [.. metrics.Select(MetricSpec.Parse)] }) { }

    public MetricsScene(MetricsOptions options) => Metrics = new FlowMetrics(options, _registry, Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));

    public FlowMetrics Metrics { get; }

    public static Flow Egress(FlowKind kind = FlowKind.Trace, Verdict verdict = Verdict.Forwarded) => new()
    {
        Kind = kind,
        Verdict = verdict,
        Direction = TrafficDirection.Egress,
        Point = ObservationPoint.ToNetwork,
        Protocol = IpProtocol.Tcp,
        IsReply = kind == FlowKind.Drop ? null : false,
        Source = StoreFront,
        Destination = Product,
        SourceAddress = IpAddress.Parse("10.244.1.5"),
        DestinationAddress = IpAddress.Parse("10.244.2.9"),
        SourcePort = 40000,
        DestinationPort = 3002,
        NodeName = "node1",
    };

    public static Flow Ingress(FlowKind kind = FlowKind.Trace, Verdict verdict = Verdict.Forwarded)
    {
        var flow = Egress(kind, verdict);
        flow.Direction = TrafficDirection.Ingress;
        flow.Point = ObservationPoint.ToEndpoint;
        return flow;
    }

    /// <summary>A DNS message between store-front and a server, as the proxy saw it.</summary>
    public static Flow Dns(bool isResponse, Verdict verdict = Verdict.Forwarded, ushort code = 0, string query = "www.microsoft.com.")
    {
        var flow = Egress(FlowKind.L7, verdict);
        flow.Protocol = IpProtocol.Udp;
        flow.IsReply = isResponse;
        (flow.Source, flow.Destination) = isResponse ? (CoreDns, StoreFront) : (StoreFront, CoreDns);
        flow.Dns = new DnsExchange
        {
            Query = query,
            QueryTypes = ["A"],
            IsResponse = isResponse,
            ResponseCode = code,
            Addresses = isResponse && code == 0 ? [IpAddress.Parse("203.0.113.7"), IpAddress.Parse("203.0.113.8")] : [],
            RecordTypes = isResponse && code == 0 ? ["CNAME", "A"] : [],
        };
        return flow;
    }

    /// <summary>The answer to a request of store-front, limited where <paramref name="direction"/> says.</summary>
    public static Flow Answer(TrafficDirection direction, ushort status, string? trace = null)
    {
        var flow = Egress(FlowKind.L7);
        flow.Direction = direction;
        flow.IsReply = true;
        (flow.Source, flow.Destination) = (Product, StoreFront);
        flow.Http = new HttpExchange { Method = "GET", Url = "http://product-service:3002/", Protocol = "HTTP/1.1", IsResponse = true, Status = status, Latency = TimeSpan.FromMilliseconds(30), TraceId = trace };
        return flow;
    }

    public static DirectorySnapshot Directory(params Endpoint[] pods) => DirectorySnapshot.Empty with
    {
        ByAddress = pods.Select((p, i) => KeyValuePair.Create(IpAddress.FromIPv4((uint)i + 1), p)).ToFrozenDictionary(),
    };

    public static Endpoint Pod(string name, uint id, string app, string ns = "pets") => new()
    {
        Id = id,
        Identity = new SecurityIdentity(300 + id),
        Namespace = ns,
        PodName = name,
        Labels = new LabelSet([new Label("k8s", "app", app)]),
        Workloads = [new Workload(app, "Deployment")],
    };

    public MetricsScene See(params IEnumerable<Flow> flows)
    {
        foreach (var flow in flows) Metrics.Observe(flow);
        return this;
    }

    public async Task<string> PageAsync(bool openMetrics = false)
    {
        using var page = new MemoryStream();
        await MetricsPage.WriteAsync(_registry, page, openMetrics, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    /// <summary>The series of a family, as they stand on the page.</summary>
    public async Task<string[]> SeriesAsync(string family) =>
        [.. (await PageAsync()).Split('\n').Where(l => l.StartsWith(family + "{", StringComparison.Ordinal) || l.StartsWith(family + " ", StringComparison.Ordinal))];
}
