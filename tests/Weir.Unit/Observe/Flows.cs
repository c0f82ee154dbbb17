using Weir.Model;

namespace Weir.Unit.Observe;

/// <summary>Flows to test with.</summary>
internal static class Flows
{
    public static readonly RuleOrigin Rule = new("CiliumNetworkPolicy", "pets", "allow-order-service-traffic", "egress", 0);

    public static Flow Drop() => new()
    {
        TimeNanoseconds = new DateTimeOffset(2026, 3, 1, 10, 0, 0, 123, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000,
        Kind = FlowKind.Drop,
        Verdict = Verdict.Dropped,
        DropReason = DropReason.PolicyDenied,
        Direction = TrafficDirection.Egress,
        Protocol = IpProtocol.Tcp,
        TcpFlags = TcpFlags.Syn,
        SourceAddress = IpAddress.Parse("192.168.1.7"),
        DestinationAddress = IpAddress.Parse("192.168.2.9"),
        SourcePort = 41234,
        DestinationPort = 3002,
        Source = Pod("order-service-595b65df56-xjtrr", 30112, "order-service"),
        Destination = Pod("product-service-5b8794b597-trbvn", 8123, "product-service"),
        EgressRules = new RuleSet(DecisionBasis.DefaultDeny, [new RuleOrigin(Rule.Kind, Rule.Namespace, Rule.Name, "", -1)]),
        NodeName = "node1",
    };

    public static Flow Forwarded(int port)
    {
        var flow = Drop();
        flow.Kind = FlowKind.Trace;
        flow.Verdict = Verdict.Forwarded;
        flow.DropReason = DropReason.None;
        flow.Point = ObservationPoint.ToEndpoint;
        flow.Direction = TrafficDirection.Ingress;
        flow.IsReply = false;
        flow.DestinationPort = (ushort)port;
        flow.EgressRules = new RuleSet(DecisionBasis.Allow, [Rule]);
        return flow;
    }

    public static DnsExchange Dns(bool isResponse) => new()
    {
        Query = "www.microsoft.com.",
        QueryTypes = ["A"],
        IsResponse = isResponse,
        Addresses = isResponse ? [IpAddress.Parse("203.0.113.7"), IpAddress.Parse("203.0.113.8")] : [],
        RecordTypes = isResponse ? ["A"] : [],
        TtlSeconds = isResponse ? 30u : 0,
    };

    public static HttpExchange Http(bool isResponse) => new()
    {
        Method = "GET",
        Url = "http://product-service:3002/products?page=2",
        Protocol = "HTTP/1.1",
        IsResponse = isResponse,
        Status = isResponse ? (ushort)200 : (ushort)0,
        Latency = isResponse ? TimeSpan.FromMilliseconds(12.3) : TimeSpan.Zero,
        Headers = [new("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), new("user-agent", "curl")],
    };

    private static Endpoint Pod(string name, uint identity, string app) => new()
    {
        Identity = new SecurityIdentity(identity),
        Namespace = "pets",
        PodName = name,
        ClusterName = "default",
        Labels = new LabelSet([new Label("k8s", "app", app), new Label("k8s", "io.kubernetes.pod.namespace", "pets")]),
        Workloads = [new Workload(app, "Deployment")],
    };
}
