using System.Net;
using Weir.Policy.Rules;
using Xunit;

namespace Weir.Unit.Proxy.Http;

public sealed class HttpForwardingTests : IAsyncLifetime
{
    private readonly ProxyScene _scene = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Requests_of_one_connection_share_one_connection_to_the_server()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET /a HTTP/1.1\r\nHost: shop\r\n\r\n");
        using var server = await _scene.ServerAsync();
        foreach (var path in (string[])["/a", "/b", "/c"])
        {
            if (path != "/a") await client.SayAsync($"GET {path} HTTP/1.1\r\nHost: shop\r\nConnection: keep-alive\r\n\r\n");
            await server.HearAsync($"GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n");
            await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            await client.HearAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }

        Assert.Equal(1, _scene.Connects);
        Assert.Equal(
            ["Egress Forwarded HTTP/1.1 GET http://shop/a", "Egress Forwarded HTTP/1.1 200 GET http://shop/a", "Egress Forwarded HTTP/1.1 GET http://shop/b"],
            _scene.Log.Lines.Take(3));
    }

    [Fact]
    public async Task What_was_asked_at_once_is_answered_in_order()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        await server.HearAsync("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
        await server.HearAsync("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3");
        foreach (var number in "123") await client.HearAsync($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}");
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n")]
    public async Task An_answer_without_a_body_leaves_the_connection_for_the_next(string method, string answer)
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("\r\n\r\n");
        await server.SayAsync(answer);
        await client.HearAsync(answer);
        await client.SayAsync("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.HearAsync("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    [Fact]
    public async Task Chunks_and_trailers_pass_both_ways_as_they_come()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearAsync("POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await server.SayAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n3\r\nabc\r\n");
        await client.HearUntilAsync("3\r\nabc\r\n");
        await client.SayAsync("6;ext=1\r\n world\r\n0\r\nx-end: 1\r\n\r\n");
        await server.HearAsync("6;ext=1\r\n world\r\n0\r\nx-end: 1\r\n\r\n");
        await server.SayAsync("0\r\nx-sum: 7\r\n\r\n");
        await client.HearAsync("0\r\nx-sum: 7\r\n\r\n");
    }

    [Fact]
    public async Task A_client_that_waits_for_permission_gets_it_from_the_server()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("\r\n\r\n");
        await server.SayAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.HearAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await client.SayAsync("body");
        await server.HearAsync("body");
        await server.SayAsync("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        await client.HearAsync("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        await client.SayAsync("GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.HearAsync("GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_connection_says_so_to_the_client()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using (var server = await _scene.ServerAsync())
        {
            await server.HearUntilAsync("\r\n\r\n");
            await server.SayAsync("HTTP/1.0 200 OK\r\n\r\neverything");
        }

        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\neverything", await client.HearToEndAsync());
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_does_not_look_whole()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using (var server = await _scene.ServerAsync())
        {
            await server.HearUntilAsync("\r\n\r\n");
            await server.SayAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
            await client.HearUntilAsync("hel");
        }

        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(client.HearToEndAsync);
    }

    [Fact]
    public async Task A_client_may_close_its_half_and_still_be_answered()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.EndWrites();
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("\r\n\r\n");
        await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.EndsWith("ok", await client.HearToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_WebSocket_opens_after_its_request_and_carries_anything()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearAsync("GET /chat HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        await server.SayAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x02hi");
        await client.HearAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x02hi");
        await client.SayAsync("\x81\x02yo");
        await server.HearAsync("\x81\x02yo");
    }

    [Fact]
    public async Task CONNECT_opens_a_tunnel_where_it_is_permitted()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, "CONNECT", @"db\.example:5432")));
        using var client = await _scene.ClientAsync();
        await client.SayAsync("CONNECT other.example:5432 HTTP/1.1\r\nHost: other.example:5432\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", await client.HearUntilAsync("denied\r\n"), StringComparison.Ordinal);
        await client.SayAsync("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("\r\n\r\n");
        await server.SayAsync("HTTP/1.1 200 Connected\r\n\r\n");
        await client.HearAsync("HTTP/1.1 200 Connected\r\n\r\n");
        await client.SayAsync("\0\x01raw");
        await server.HearAsync("\0\x01raw");
    }

    [Fact]
    public async Task A_wish_for_HTTP_2_by_upgrade_is_not_passed_on()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await client.HearAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }

    [Fact]
    public async Task Pods_never_share_a_connection_to_a_server()
    {
        foreach (var pod in (string[])["10.0.1.1", "10.0.1.2", "10.0.1.1"])
        {
            _scene.Source = IPAddress.Parse(pod);
            using var client = await _scene.ClientAsync();
            await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            if (_first.Count < 2) _first.Add(await _scene.ServerAsync());
            var server = _first[pod == "10.0.1.1" ? 0 : 1];
            await server.HearUntilAsync("\r\n\r\n");
            await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await client.HearToEndAsync();
        }

        Assert.Equal(2, _scene.Connects);
        foreach (var server in _first) server.Dispose();
    }

    [Fact]
    public async Task A_request_is_asked_again_where_the_server_closed_a_kept_connection()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        using (var server = await _scene.ServerAsync())
        {
            await server.HearUntilAsync("\r\n\r\n");
            await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await client.HearUntilAsync("\r\n\r\n");
            await client.SayAsync("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            await server.HearUntilAsync("\r\n\r\n"); // and closes without an answer
        }

        using var second = await _scene.ServerAsync();
        await second.HearAsync("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        await second.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await client.HearAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }

    [Fact]
    public async Task A_server_that_is_gone_is_an_answer_and_a_record()
    {
        _scene.IsServerGone = true;
        var answer = await _scene.AnswerToAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Egress Error HTTP/1.1 503 GET http://a/", _scene.Log.Lines);
    }

    [Fact]
    public async Task A_server_that_does_not_read_makes_the_client_wait()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("\r\n\r\n");
        client.Socket.Blocking = false;
        var sent = 0L;
        var block = new byte[64 * 1024];
        while (sent < 500_000_000 && client.Socket.Poll(500_000, System.Net.Sockets.SelectMode.SelectWrite))
            sent += client.Socket.Send(block, 0, block.Length, System.Net.Sockets.SocketFlags.None, out _);

        // What the kernel's socket buffers take, and one buffer of the proxy's: not the gigabyte.
        Assert.InRange(sent, 1, 100_000_000);
    }

    private readonly List<Peer> _first = [];
}
