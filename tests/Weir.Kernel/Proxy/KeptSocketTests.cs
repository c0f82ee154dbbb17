using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Kernel.Datapath;
using Weir.Kernel.Network;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Xunit;

namespace Weir.Kernel.Proxy;

/// <summary>A proxy that is killed while its sockets are kept by another process.</summary>
public sealed class KeptSocketTests : NodeTests
{
    private const int Port = 8080;

    private readonly RelayProcess _relay;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    public KeptSocketTests()
    {
        _relay = new RelayProcess(Node, keepsSockets: true);
        var (key, entry) = Policies.Tcp(0, Port, PolicyAction.Redirect, "http");
        _relay.SetPolicy(1, Policies.Egress((key, entry with { L7 = new L7Rules("http") { Alternatives = [new L7Alternative { Http = [new HttpRule("/open", "GET", null)] }] } })));
    }

    public override void Dispose()
    {
        _limit.Dispose();
        _relay?.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task What_comes_between_two_proxies_waits_for_the_next_and_passes_by_its_word_alone()
    {
        using var listener = Server.Listen(Port);
        _relay.Kill();
        using var open = await ConnectAsync("/open");
        using var shut = await ConnectAsync("/shut");
        Assert.False(listener.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectRead), "something passed without a proxy");

        _relay.Start();
        var serving = ServeOneAsync(listener);
        Assert.StartsWith("HTTP/1.1 403 Forbidden", await HearAsync(shut), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK", await HearAsync(open), StringComparison.Ordinal);
        Assert.StartsWith("GET /open ", await serving, StringComparison.Ordinal);
    }

    private async Task<Socket> ConnectAsync(string path)
    {
        var socket = Client.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(IPAddress.Parse(Server.IPv4), Port, _limit.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"), _limit.Token);
        return socket;
    }

    private async Task<string> HearAsync(Socket socket)
    {
        var buffer = new byte[1000];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, _limit.Token));
    }

    private async Task<string> ServeOneAsync(Socket listener)
    {
        using var accepted = await listener.AcceptAsync(_limit.Token);
        var request = await HearAsync(accepted);
        await accepted.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _limit.Token);
        return request;
    }
}
