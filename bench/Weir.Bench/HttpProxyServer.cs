using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Http;
using Weir.Proxy.Policies;
using Weir.Proxy.Wires;

namespace Weir.Bench;

/// <summary>The HTTP proxy with one rule and its records, but without a redirect: what `bench/http` puts beside nginx.</summary>
internal static class HttpProxyServer
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(int listen, int server)
    {
        var rule = L7Decision.Of(new L7Rules("http") { Alternatives = [new L7Alternative { Http = [new HttpRule("/.*", "GET|POST", null)] }] }, 1, RuleSet.NoPolicy);
        using var outbox = new ExchangeOutbox(TimeProvider.System);
        var destination = new IPEndPoint(IPAddress.Loopback, server);
        using var proxy = new HttpProxy((in _) => rule, outbox.Http, new HttpLimits(), TimeProvider.System)
        {
            Connect = async (_, to, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(to, cancellation);
                return new SocketWire(socket);
            },
        };
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, listen));
        listener.Listen(4096);
        _ = TakeAsync(outbox, proxy);
        IReadOnlyList<ExchangeEnds> sides = [new(1, TrafficDirection.Egress, IpProtocol.Tcp, default, 0, default, (ushort)server, 0)];
        while (true)
        {
            var accepted = await listener.AcceptAsync();
            _ = proxy.ServeAsync(new SocketWire(accepted), (IPEndPoint)accepted.RemoteEndPoint!, destination, sides, isTls: false, CancellationToken.None);
        }
    }

    /// <summary>Takes the records, as the agent would, and says now and then what the process holds.</summary>
    private static async Task TakeAsync(ExchangeOutbox outbox, HttpProxy proxy)
    {
        var frames = new byte[1 << 20];
        for (var round = 0; ; round++)
        {
            for (int length; (length = outbox.Peek(frames)) > 0;) outbox.Advance(length);
            if (round % 200 == 0)
                await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"open {proxy.Open} heap {GC.GetTotalMemory(false)} resident {Environment.WorkingSet} lost {outbox.Lost}"));
            await Task.Delay(Pause);
        }
    }
}
