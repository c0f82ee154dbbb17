using System.Globalization;
using System.Net;
using Grpc.Core;
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
                ring.Open() = SampleFlows.Of(i);
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
}
