using Weir.Model;

namespace Weir.EndToEnd;

/// <summary>A flow of the pet store, of now.</summary>
internal static class StoredFlow
{
    private static readonly Endpoint _from = Pod("store-front-5b8794b597-trbvn", 8123, "store-front");
    private static readonly Endpoint _to = Pod("product-service-595b65df56-xjtrr", 30112, "product-service");

    /// <summary>The flow of a number; every third is dropped.</summary>
    public static Flow Of(long number) => new()
    {
        TimeNanoseconds = (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100,
        Sequence = number,
        Kind = number % 3 == 0 ? FlowKind.Drop : FlowKind.Trace,
        Verdict = number % 3 == 0 ? Verdict.Dropped : Verdict.Forwarded,
        DropReason = number % 3 == 0 ? DropReason.PolicyDenied : DropReason.None,
        Direction = TrafficDirection.Egress,
        Protocol = IpProtocol.Tcp,
        TcpFlags = TcpFlags.Syn,
        SourceAddress = IpAddress.Parse("192.168.1.7"),
        DestinationAddress = IpAddress.Parse("192.168.2.9"),
        SourcePort = (ushort)(32768 + (number % 28000)),
        DestinationPort = 3002,
        Source = _from,
        Destination = _to,
        NodeName = "node1",
    };

    private static Endpoint Pod(string name, uint identity, string app) => new()
    {
        Identity = new SecurityIdentity(identity),
        Namespace = "pets",
        PodName = name,
        ClusterName = "default",
        Labels = new LabelSet([new Label("k8s", "app", app)]),
        Workloads = [new Workload(app, "Deployment")],
    };
}
