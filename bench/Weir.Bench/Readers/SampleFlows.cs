using System.Globalization;
using Weir.Model;

namespace Weir.Bench;

/// <summary>New connections between 200 pods, with labels and workloads, as a node's ring holds them.</summary>
internal static class SampleFlows
{
    /// <summary>The time of flow 0: nanoseconds since 1970.</summary>
    public const long Epoch = 1_772_359_200_000_000_000;

    private static readonly Endpoint[] _pods = [.. Enumerable.Range(0, 200).Select(i => new Endpoint
    {
        Identity = new SecurityIdentity((uint)(1000 + i)),
        Namespace = "pets",
        PodName = string.Create(CultureInfo.InvariantCulture, $"store-front-5c54b548d8-{i:00000}"),
        ClusterName = "default",
        Labels = new LabelSet([new Label("k8s", "app", "store-front"), new Label("k8s", "io.kubernetes.pod.namespace", "pets")]),
        Workloads = [new Workload("store-front", "Deployment")],
    })];

    /// <summary>Flow number <paramref name="i"/>, a microsecond after the one before it.</summary>
    public static Flow Of(long i) => new()
    {
        TimeNanoseconds = Epoch + (i * 1000L),
        Kind = FlowKind.Trace,
        Verdict = Verdict.Forwarded,
        Point = ObservationPoint.ToEndpoint,
        Reason = TraceReason.New,
        Direction = TrafficDirection.Ingress,
        IsReply = false,
        Protocol = IpProtocol.Tcp,
        TcpFlags = TcpFlags.Syn,
        SourceAddress = IpAddress.FromIPv4(0xc0a80100u + (uint)(i % 200)),
        DestinationAddress = IpAddress.FromIPv4(0xc0a80200u + (uint)(i % 177)),
        SourcePort = (ushort)(30000 + (i % 20000)),
        DestinationPort = 3000,
        Source = _pods[i % 200],
        Destination = _pods[i % 177],
        NodeName = "node1",
    };
}
