using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Kernel.Datapath;
using Weir.Kernel.Network;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Xunit;

namespace Weir.Kernel.Proxy;

/// <summary>Connections under HTTP rules that say nothing: how much they take, and from whom.</summary>
public sealed class IdleConnectionTests : NodeTests
{
    private const int Idle = 10_000, Port = 8080, MostKilobytesEach = 12, MostPerPod = 4_096;

    private readonly RelayProcess _relay;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(120));
    private readonly List<Socket> _sockets = [];
    private readonly ITestOutputHelper _output;

    public IdleConnectionTests(ITestOutputHelper output) => (_relay, _output) = (new RelayProcess(Node), output);

    public override void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _limit.Dispose();
        _relay?.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task Ten_thousand_are_held_for_little_and_the_next_request_is_answered()
    {
        using var listener = Server.Listen(Port);
        var serving = ServeOneAsync(listener);
        TestPod[] pods = [Client, Node.AddPod(11, 111, 1111), Node.AddPod(12, 112, 1112)];
        foreach (var pod in pods) _relay.SetPolicy(pod.Spec.Id, Http());
        var before = ResidentKilobytes();

        for (var i = 0; i < Idle; i++) await ConnectAsync(pods[i % pods.Length]);
        using var asking = await ConnectAsync(Client);
        await asking.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), _limit.Token);
        var answer = new byte[500];
        var length = await asking.ReceiveAsync(answer, _limit.Token);

        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
        await serving;
        var each = (ResidentKilobytes() - before) / (double)Idle;
        _output.WriteLine($"{Idle} idle connections: {each:0.0} kB each, {before} kB before");
        Assert.InRange(each, 0, MostKilobytesEach);
    }

    [Fact]
    public async Task One_pod_gets_no_more_than_its_share()
    {
        _relay.SetPolicy(Client.Spec.Id, Http());
        for (var i = 0; i < MostPerPod; i++) await ConnectAsync(Client);

        // The reset may arrive before the client has looked at its own connect, or after.
        await Assert.ThrowsAsync<SocketException>(async () => await (await ConnectAsync(Client)).ReceiveAsync(new byte[1], _limit.Token));
        Assert.False(_sockets[0].Poll(0, SelectMode.SelectRead));
    }

    private static EndpointPolicy Http()
    {
        var (key, entry) = Policies.Tcp(0, Port, PolicyAction.Redirect, "http");
        return Policies.Egress((key, entry with { L7 = new L7Rules("http") { Alternatives = [new L7Alternative { Http = [new HttpRule("/", "GET", null)] }] } }));
    }

    private async Task<Socket> ConnectAsync(TestPod pod)
    {
        var socket = pod.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _sockets.Add(socket);
        await socket.ConnectAsync(IPAddress.Parse(Server.IPv4), Port, _limit.Token);
        return socket;
    }

    private async Task ServeOneAsync(Socket listener)
    {
        using var accepted = await listener.AcceptAsync(_limit.Token);
        await accepted.ReceiveAsync(new byte[1000], _limit.Token);
        await accepted.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _limit.Token);
    }

    private long ResidentKilobytes() => long.Parse(
        File.ReadLines($"/proc/{_relay.Ports.Pid}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
