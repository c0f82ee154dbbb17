using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Weir.Proxy;
using Weir.Proxy.Relay;
using Xunit;

namespace Weir.Unit.Proxy;

public sealed class TcpRelayTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(30));
    private readonly Socket _relayListener = Listen();
    private readonly Socket _server = Listen();
    private readonly RelayCounters _counters = new();
    private readonly FakeTimeProvider _time = new();
    private TcpRelay _relay = null!;
    private Task _running = null!;

    public ValueTask InitializeAsync()
    {
        Start(new ProxyOptions { RunDirectory = "", MaxPerSource = 2, TcpIdle = TimeSpan.FromMinutes(5) });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _relayListener.Dispose();
        _server.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task One_side_may_close_and_still_be_answered()
    {
        var (client, server) = await ConnectThrough();
        await client.SendAsync("question"u8.ToArray(), _stop.Token);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("question", await ReadToEnd(server));
        await server.SendAsync("answer"u8.ToArray(), _stop.Token);
        server.Dispose();
        Assert.Equal("answer", await ReadToEnd(client));
    }

    [Fact]
    public async Task Passes_every_byte_in_order()
    {
        var (client, server) = await ConnectThrough();
        var sent = new byte[5_000_000];
        new Random(7).NextBytes(sent);

        var sending = SendAll(client, sent);
        var got = new byte[sent.Length];
        for (var at = 0; at < got.Length;) at += await server.ReceiveAsync(got.AsMemory(at), _stop.Token);
        await sending;

        Assert.True(sent.AsSpan().SequenceEqual(got));
        await Until(() => _counters.Bytes == sent.Length);
    }

    [Fact]
    public async Task A_receiver_that_does_not_read_stops_the_sender()
    {
        var (client, server) = await ConnectThrough();
        client.Blocking = false;
        var chunk = new byte[64 * 1024];
        long sent = 0;

        // The kernel's buffers of four sockets hold a few megabytes each; without back-pressure this would reach the bound.
        const long bound = 200_000_000;
        for (var refusals = 0; refusals < 20 && sent < bound;)
        {
            var count = client.Send(chunk, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                refusals++;
                await Task.Delay(20, _stop.Token);
            }
            else
            {
                // Any other error would make this loop spin for ever.
                Assert.Equal(SocketError.Success, error);
                sent += count;
                refusals = 0;
            }
        }

        Assert.InRange(sent, 1, bound - 1);
        GC.KeepAlive(server); // a collected socket is closed, and resets the connection
    }

    [Fact]
    public async Task A_reset_on_one_side_is_a_reset_on_the_other()
    {
        var (client, server) = await ConnectThrough();
        TcpConnection.Abort(client);

        Assert.Equal(SocketError.ConnectionReset, await ReadError(server));
    }

    [Fact]
    public async Task What_cannot_be_reached_is_a_reset_for_the_client()
    {
        _server.Dispose();

        Assert.Equal(SocketError.ConnectionReset, await ErrorOfConnecting(_relayListener));
        await Until(() => _counters.Failed == 1);
    }

    [Fact]
    public async Task One_source_gets_no_more_than_its_share()
    {
        var first = await ConnectThrough();
        var second = await ConnectThrough();
        await Until(() => _relay.Open == 2);

        Assert.Equal(SocketError.ConnectionReset, await ErrorOfConnecting(_relayListener));
        Assert.Equal(1, _counters.Refused);

        first.Client.Dispose();
        first.Server.Dispose();
        await Until(() => _relay.Open == 1);
        var fourth = await ConnectThrough();
        await fourth.Client.SendAsync("x"u8.ToArray(), _stop.Token);
        Assert.Equal(1, await fourth.Server.ReceiveAsync(new byte[1], _stop.Token));
        Assert.NotNull(second.Client);
    }

    [Fact]
    public async Task An_idle_connection_is_reset_and_a_busy_one_is_not()
    {
        var idle = await ConnectThrough();
        var busy = await ConnectThrough();
        await Until(() => _relay.Open == 2);
        _time.Advance(TimeSpan.FromMinutes(4));
        await busy.Client.SendAsync("x"u8.ToArray(), _stop.Token);
        await busy.Server.ReceiveAsync(new byte[1], _stop.Token);
        _time.Advance(TimeSpan.FromMinutes(2));
        _relay.ResetIdle();

        Assert.Equal(SocketError.ConnectionReset, await ReadError(idle.Client));
        await Until(() => _relay.Open == 1);
    }

    [Fact]
    public async Task A_connection_that_was_not_redirected_is_refused()
    {
        await _stop.CancelAsync();
        await _running;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var listener = Listen();
        var relay = new TcpRelay(new ProxyOptions { RunDirectory = "" }, _counters, _time)
        {
            Connect = (_, _, _) => throw new InvalidOperationException("Nothing may be connected."),
            OriginalDestination = _ => null,
        };
        var running = relay.RunAsync(listener, stop.Token);

        Assert.Equal(SocketError.ConnectionReset, await ErrorOfConnecting(listener));
        Assert.Equal(1, _counters.Refused);
        await stop.CancelAsync();
        await running;
    }

    private void Start(ProxyOptions options)
    {
        var server = (IPEndPoint)_server.LocalEndPoint!;
        _relay = new TcpRelay(options, _counters, _time)
        {
            OriginalDestination = _ => server,
            Connect = async (_, destination, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(destination, cancellation);
                return socket;
            },
        };
        _running = _relay.RunAsync(_relayListener, _stop.Token);
    }

    private async Task<(Socket Client, Socket Server)> ConnectThrough()
    {
        var client = await Connect();
        return (client, await _server.AcceptAsync(_stop.Token));
    }

    private async Task<Socket> Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_relayListener.LocalEndPoint!, _stop.Token);
        return client;
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private async Task SendAll(Socket socket, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;) at += await socket.SendAsync(bytes.AsMemory(at), _stop.Token);
    }

    private async Task<string> ReadToEnd(Socket socket)
    {
        var buffer = new byte[1024];
        var length = 0;
        while (await socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token) is var count and > 0) length += count;
        return System.Text.Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <summary>The reset may come while connecting or while reading: both say the same.</summary>
    private static async Task<SocketError> ErrorOfConnecting(Socket listener)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(listener.LocalEndPoint!);
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }

        return await ReadError(client);
    }

    private static async Task<SocketError> ReadError(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await socket.ReceiveAsync(new byte[1], limit.Token);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    private async Task Until(Func<bool> holds)
    {
        while (!holds()) await Task.Delay(5, _stop.Token);
    }
}
