using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Weir.Model;
using Weir.Policy.Rules;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Http;
using Weir.Proxy.Wires;

namespace Weir.Unit.Proxy.Http;

/// <summary>A client, the proxy and a server, each by real sockets on loopback; client and server are the test's.</summary>
internal sealed class ProxyScene : IAsyncDisposable
{
    private readonly Socket _front = Listen();
    private readonly Socket _back = Listen();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private int _connects;

    public ProxyScene(HttpLimits? limits = null, HttpRedaction? redaction = null)
    {
        Proxy = new HttpProxy(Policy.Ask, Log.Add, limits ?? new HttpLimits(), Time)
        {
            Redaction = redaction ?? new HttpRedaction(),
            Connect = async (_, _, cancellation) =>
            {
                Interlocked.Increment(ref _connects);
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IsServerGone ? new IPEndPoint(IPAddress.Loopback, 1) : Server ?? _back.LocalEndPoint!, cancellation);
                return new SocketWire(socket);
            },
        };
        Policy.Set(SetPolicy.Http(HttpRule.Any));
        _accepting = AcceptAsync();
    }

    public SetPolicy Policy { get; } = new();

    public KeptRecords Log { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public HttpProxy Proxy { get; }

    /// <summary>The address that the next clients seem to have.</summary>
    public IPAddress Source { get; set; } = IPAddress.Parse("10.0.1.1");

    /// <summary>A server of the test's own; null for <see cref="ServerAsync"/>.</summary>
    public IPEndPoint? Server { get; set; }

    /// <summary>Whether nothing listens at the destination.</summary>
    public bool IsServerGone { get; set; }

    /// <summary>Whether the next connections are under rules about TLS.</summary>
    public bool IsTls { get; set; }

    /// <summary>How many connections to the server were made.</summary>
    public int Connects => Volatile.Read(ref _connects);

    public async Task<Peer> ClientAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_front.LocalEndPoint!);
        return new Peer(socket);
    }

    /// <summary>The next connection that reaches the server.</summary>
    public async Task<Peer> ServerAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return new Peer(await _back.AcceptAsync(patience.Token));
    }

    /// <summary>Says something as a client of its own, and hears all that comes back.</summary>
    public async Task<string> AnswerToAsync(string said)
    {
        using var client = await ClientAsync();
        await client.SayAsync(said);
        return await client.HearToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        Proxy.Dispose();
        await Task.WhenAll(_serving);
        _front.Dispose();
        _back.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var accepted = await _front.AcceptAsync(_stop.Token);
                var source = new IPEndPoint(Source, 40_000);
                _serving.Add(Proxy.ServeAsync(
                    new SocketWire(accepted), source, new IPEndPoint(IPAddress.Parse("10.0.2.2"), 3002), [Side(TrafficDirection.Egress), Side(TrafficDirection.Ingress)], IsTls, _stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The scene is over.
        }
    }

    private static ExchangeEnds Side(TrafficDirection direction) => new(
        1, direction, IpProtocol.Tcp, IpAddress.Parse("10.0.1.1"), 40_000, IpAddress.Parse("10.0.2.2"), 3002, 0);

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }
}
