using System.Globalization;
using System.Net;
using Grpc.Core;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Ring;
using Weir.Observe.Server;
using Weir.Observe.Tls;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Bench;

/// <summary>How fast one reader gets a full ring by GetFlows over loopback TLS: <c>Weir.Bench hubble FLOWS</c>.</summary>
/// <remarks>Bar: 200,000 flows/s. Server and reader share the machine; the second reader also builds a message of each flow.</remarks>
internal static class HubbleSpeed
{
    private const string Name = "node1.default.hubble-grpc.cilium.io";

    public static async Task RunAsync(int flows)
    {
        var folder = Directory.CreateTempSubdirectory("weir-bench-").FullName;
        try
        {
            using var authority = CertificateAuthority.Create("bench", TimeSpan.FromDays(1), TimeProvider.System);
            HubbleSecrets.Write(HubbleSecrets.Make(authority, "default", TimeSpan.FromDays(1)), folder);
            var ring = new FlowRing(flows);
            for (var i = 0; i < ring.Capacity; i++)
            {
                ring.Open() = FlowOf(i);
                ring.Publish();
            }

            var service = new ObserverService(
                ring, new AgentEventLog("node1", TimeProvider.System), new ObserverOptions { NodeName = "node1", Version = "0" }, TimeProvider.System);
            await using var server = await HubbleServer.StartAsync(
                service,
                null,
                new ServerListeners { Tcp = [new IPEndPoint(IPAddress.Loopback, 0)], Tls = Material(folder, HubbleSecrets.Server) },
                TimeProvider.System,
                CancellationToken.None);
            using var channel = ObserverChannel.To(
                ServerAddress.Parse(server.Tcp[0].ToString()), new ClientTls(Material(folder, HubbleSecrets.RelayClient), Name, false, TimeProvider.System));
            for (var round = 0; round < 3; round++)
            {
                await MeasureAsync("frames", ring.Capacity, () => channel.CreateCallInvoker().AsyncServerStreamingCall(ObserverWire.GetFlows, null, default, Request()), f => f.Release());
                await MeasureAsync("messages", ring.Capacity, () => new Observer.ObserverClient(channel).GetFlows(Request()), _ => { });
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static GetFlowsRequest Request() => new() { Number = ulong.MaxValue, First = true };

    private static async Task MeasureAsync<T>(string what, int expected, Func<AsyncServerStreamingCall<T>> ask, Action<T> done)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var call = ask();
        var got = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            done(call.ResponseStream.Current);
            got++;
        }

        var took = TimeProvider.System.GetElapsedTime(began);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what}: {got} of {expected} flows in {took.TotalSeconds:0.00} s, {got / took.TotalSeconds:#,##0} flows/s"));
    }

    private static TlsMaterial Material(string folder, string secret) =>
        TlsMaterial.Load(TlsFiles.InFolder(Path.Combine(folder, secret)), TimeProvider.System, Console.Error.WriteLine);

    private static readonly Endpoint[] _pods = [.. Enumerable.Range(0, 200).Select(i => new Endpoint
    {
        Identity = new SecurityIdentity((uint)(1000 + i)),
        Namespace = "pets",
        PodName = string.Create(CultureInfo.InvariantCulture, $"store-front-5c54b548d8-{i:00000}"),
        ClusterName = "default",
        Labels = new LabelSet([new Label("k8s", "app", "store-front"), new Label("k8s", "io.kubernetes.pod.namespace", "pets")]),
        Workloads = [new Workload("store-front", "Deployment")],
    })];

    private static Flow FlowOf(int i) => new()
    {
        TimeNanoseconds = 1_772_359_200_000_000_000 + (i * 1000L),
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
