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
