using Weir.Policy.Rules;
using Weir.Proxy.Http;
using Xunit;

namespace Weir.Unit.Proxy.Http;

public sealed class HttpLimitTests : IAsyncLifetime
{
    private readonly ProxyScene _scene = new(new HttpLimits { MaxHeadBytes = 8192, MaxDrainBytes = 10_000 });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task What_is_no_HTTP_is_refused_and_recorded_and_nothing_of_it_is_sent(string said)
    {
        var answer = await _scene.AnswerToAsync(said);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("200", answer, StringComparison.Ordinal);
        Assert.Contains(_scene.Log.Lines, l => l.StartsWith("Egress Error HTTP/1.1 4", StringComparison.Ordinal));
        Assert.DoesNotContain(_scene.Log.Lines, l => l.Contains("smuggled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_head_that_never_ends_is_refused()
    {
        var answer = await _scene.AnswerToAsync("GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 9000));
        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_dribbles_in_is_cut_off()
    {
        using var client = await _scene.ClientAsync();
        var started = _scene.Time.GetUtcNow();
        await client.SayAsync("GET / HTTP/1.1\r\n");
        await Until(() => _scene.Proxy.Open == 1);
        await Until(() =>
        {
            // Far less than the hour that a silent connection has.
            _scene.Time.Advance(TimeSpan.FromSeconds(1));
            _scene.Proxy.Sweep();
            return _scene.Proxy.Open == 0 || _scene.Time.GetUtcNow() - started > TimeSpan.FromMinutes(50);
        });
        Assert.Equal(0, _scene.Proxy.Open);
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_left_alone_for_an_hour()
    {
        using var client = await _scene.ClientAsync();
        await Until(() => _scene.Proxy.Open == 1);
        _scene.Time.Advance(TimeSpan.FromMinutes(59));
        _scene.Proxy.Sweep();
        Assert.Equal(1, _scene.Proxy.Open);
        await Until(() =>
        {
            _scene.Time.Advance(TimeSpan.FromHours(1));
            _scene.Proxy.Sweep();
            return _scene.Proxy.Open == 0;
        });
    }

    [Fact]
    public async Task A_refused_body_that_is_too_long_to_read_ends_the_connection()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, "GET", null)));
        var answer = await _scene.AnswerToAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + new string('x', 20_000));

        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_answers_before_it_was_asked_everything_is_heard()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome");
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("some");
        await server.SayAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
        await client.HearAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
        await client.SayAsync(new string('x', 1000));
        Assert.Equal("", await client.HearToEndAsync());
    }

    [Fact]
    public async Task Kept_connections_to_servers_are_closed_when_nobody_asks_for_them()
    {
        using (var client = await _scene.ClientAsync())
        {
            await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            using var answering = await _scene.ServerAsync();
            await answering.HearUntilAsync("\r\n\r\n");
            await answering.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await client.HearToEndAsync();
            await Until(() => _scene.Proxy.Open == 0);
            _scene.Time.Advance(TimeSpan.FromMinutes(1));
            _scene.Proxy.Sweep();
            Assert.Equal("", await answering.HearToEndAsync());
        }

        Assert.Equal(0, _scene.Proxy.Upstreams.Count);
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20)); !condition();)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
