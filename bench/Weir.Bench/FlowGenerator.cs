using Google.Protobuf;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Store;
using Weir.FlowLog.Wire;
using Weir.Model;

namespace Weir.Bench;

/// <summary>
/// Seven days of flows of 50 nodes, the same with every run: 40 applications with 1 to 20 pods, called the more the lower their number
/// (1/n); a fifth are name lookups, 4 in 100 are dropped, one application in ten is of the namespace pets. Batches are in the order of time.
/// </summary>
internal sealed class FlowGenerator
{
    private const int Nodes = 50;
    private const int Applications = 40;
    private const int RowsOfBatch = 4096;
    private static readonly TimeSpan _span = TimeSpan.FromDays(7);

    // Not for secrets: it has to give the same flows again.
    private readonly Random _random = new(20260301);
    private readonly List<(Endpoint Pod, IpAddress Address, int Node)>[] _pods;
    private readonly RuleSet _allow = new(DecisionBasis.Allow, [new RuleOrigin("CiliumNetworkPolicy", "pets", "allow-shop-traffic", "ingress", 0)]);
    private readonly RuleSet _deny = new(DecisionBasis.DefaultDeny, [new RuleOrigin("CiliumNetworkPolicy", "pets", "allow-shop-traffic", "", -1)]);

    public FlowGenerator()
    {
        _pods = [.. Enumerable.Range(0, Applications).Select(a => Enumerable.Range(0, 1 + _random.Next(20)).Select(p => Pod(a, p)).ToList())];
    }

    /// <summary>So many rows, in batches, the last of them now.</summary>
    public IEnumerable<(Batch Batch, int Rows)> Batches(int rows, DateTimeOffset now)
    {
        var encoder = new RowEncoder();
        var sequences = new ulong[Nodes];
        var numbers = new long[Nodes];
        var from = (now.UtcTicks - DateTime.UnixEpoch.Ticks - _span.Ticks) * 100;
        for (var made = 0; made < rows;)
        {
            // A node's batch spans some minutes, as when many nodes send at once.
            var node = _random.Next(Nodes);
            var count = Math.Min(RowsOfBatch, rows - made);
            for (var i = 0; i < count; i++)
            {
                var flow = Flow(node);
                flow.Sequence = ++numbers[node];
                flow.TimeNanoseconds = from + ((long)((double)(made + i) / rows * _span.Ticks) * 100) + _random.Next(100);
                encoder.Add(flow);
            }

            var bytes = encoder.Take();
            made += count;
            yield return (new Batch { Node = $"node{node}", Epoch = 1, Sequence = ++sequences[node], Checksum = Checksum.Of(bytes), Rows = UnsafeByteOperations.UnsafeWrap(bytes) }, count);
        }
    }

    private Flow Flow(int node)
    {
        var (from, to) = (Any(), Any());
        var isLookup = _random.Next(5) == 0;
        var isDropped = _random.Next(25) == 0;
        return new Flow
        {
            Kind = isDropped ? FlowKind.Drop : FlowKind.Trace,
            Verdict = isDropped ? Verdict.Dropped : Verdict.Forwarded,
            DropReason = isDropped ? DropReason.PolicyDenied : DropReason.None,
            Direction = _random.Next(2) == 0 ? TrafficDirection.Ingress : TrafficDirection.Egress,
            Point = isDropped ? ObservationPoint.Unknown : ObservationPoint.ToEndpoint,
            IsReply = isDropped ? null : _random.Next(2) == 0,
            Protocol = isLookup ? IpProtocol.Udp : IpProtocol.Tcp,
            TcpFlags = isLookup ? TcpFlags.None : TcpFlags.Syn,
            SourceAddress = from.Address,
            DestinationAddress = to.Address,
            SourcePort = (ushort)_random.Next(32768, 61000),
            DestinationPort = isLookup ? (ushort)53 : (ushort)(3000 + (_random.Next(8) * 10)),
            Source = from.Pod,
            Destination = to.Pod,
            EgressRules = isDropped ? _deny : _allow,
            NodeName = $"node{node}",
        };
    }

    private (Endpoint Pod, IpAddress Address, int Node) Any()
    {
        // 1/n: the exponential of an even number.
        var application = (int)Math.Pow(Applications, _random.NextDouble()) - 1;
        var pods = _pods[application];
        return pods[_random.Next(pods.Count)];
    }

    private (Endpoint Pod, IpAddress Address, int Node) Pod(int application, int number)
    {
        var (app, ns) = ($"app-{application}", application % 10 == 1 ? "pets" : $"team-{application % 7}");
        if (ns == "pets" && application == 1) app = "store-front";
        var pod = new Endpoint
        {
            Identity = new SecurityIdentity((uint)(1000 + application)),
            Namespace = ns,
            PodName = $"{app}-5b8794b597-{application:x2}{number:x3}",
            ClusterName = "default",
            Labels = new LabelSet([new Label("k8s", "app", app), new Label("k8s", "io.kubernetes.pod.namespace", ns)]),
            Workloads = [new Workload(app, "Deployment")],
        };
        return (pod, IpAddress.Parse($"10.1.{application}.{number + 2}"), _random.Next(Nodes));
    }
}
