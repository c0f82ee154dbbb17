using Weir.Policy.Rules;
using Xunit;

namespace Weir.Unit.Proxy.Http;

public sealed class HttpPolicyTests : IAsyncLifetime
{
    private const string Denied = "HTTP/1.1 403 Forbidden\r\nContent-Length: 15\r\nContent-Type: text/plain\r\n\r\nAccess denied\r\n";

    private readonly ProxyScene _scene = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_denied_request_is_answered_recorded_and_followed_by_the_next()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule("/", "GET", null)));
        using var client = await _scene.ClientAsync();
        await client.SayAsync("POST / HTTP/1.1\r\nHost: product-service:3002\r\nContent-Length: 5\r\n\r\n12345");
        await client.HearAsync(Denied);
        await client.SayAsync("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        await client.HearAsync(Denied);
        await client.SayAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.HearAsync(Denied[..^15]);
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(
            ["Egress Dropped HTTP/1.1 POST http://product-service:3002/", "Egress Forwarded HTTP/1.1 403 POST http://product-service:3002/"],
            _scene.Log.Lines.Take(2));
    }

    [Theory]
    [InlineData("/", "/?x=1", false)] // the query belongs to the path, as in Envoy
    [InlineData("/", "/products", false)]
    [InlineData("/public/.*", "/public/../admin", false)]
    [InlineData("/public/.*", "/public/%2e%2e/admin", false)]
    [InlineData("/public/.*", "/public/.%2E/admin", false)]
    [InlineData("/public/.*", @"/public/..\admin", false)]
    [InlineData("/public/.*", "//public//x", true)]
    [InlineData("/admin/.*", "/public/../admin/x", true)]
    [InlineData("/a%20b", "/a%20b", true)]
    [InlineData("/x", "http://a/x", true)]
    public async Task The_path_that_is_judged_is_the_path_that_is_sent(string rule, string target, bool passes)
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(rule, null, null)));
        using var client = await _scene.ClientAsync();
        await client.SayAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        if (passes)
        {
            using var server = await _scene.ServerAsync();
            var line = await server.HearUntilAsync("\r\n");
            Assert.Matches($"^GET {rule} HTTP/1.1\r\n$", line);
        }
        else
        {
            await client.HearAsync(Denied);
        }
    }

    [Fact]
    public async Task An_escaped_slash_sends_the_client_to_the_path_that_it_stands_for()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule("/.*", null, null)));
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET /public%2f..%5cadmin HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.HearAsync("HTTP/1.1 307 Temporary Redirect\r\nLocation: /admin\r\nContent-Length: 0\r\n\r\n");
    }

    [Fact]
    public async Task Both_directions_must_let_a_request_pass()
    {
        _scene.Policy.Set(
            SetPolicy.Http(new HttpRule(null, "GET|POST", null)),
            SetPolicy.Http(new HttpRule(null, "GET|PUT", null)));
        using var client = await _scene.ClientAsync();
        foreach (var method in (string[])["POST", "PUT"])
        {
            await client.SayAsync($"{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            await client.HearAsync(Denied);
        }

        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("\r\n\r\n");
        Assert.Equal(
            [
                "Egress Forwarded HTTP/1.1 POST http://a/", "Ingress Dropped HTTP/1.1 POST http://a/", "Egress Dropped HTTP/1.1 PUT http://a/",
                "Egress Forwarded HTTP/1.1 GET http://a/", "Ingress Forwarded HTTP/1.1 GET http://a/",
            ],
            _scene.Log.Lines.Where(l => !l.Contains("403", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("X-Team: red", true)]
    [InlineData("x-TEAM:red", true)]
    [InlineData("X-Team: blue", false)]
    [InlineData("X-Team: red\r\nX-Team: red", false)] // several are judged as one, joined
    public async Task Headers_are_judged_by_name_in_any_case_and_value(string line, bool passes)
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, null, "shop") { Headers = ["x-team: red"] }));
        using var client = await _scene.ClientAsync();
        await client.SayAsync($"GET / HTTP/1.1\r\nHost: shop\r\n{line}\r\n\r\n");
        if (passes) (await _scene.ServerAsync()).Dispose();
        else await client.HearAsync(Denied);
    }

    [Fact]
    public async Task A_new_policy_holds_for_the_next_request_of_an_open_connection()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearUntilAsync("\r\n\r\n");
        await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await client.HearUntilAsync("\r\n\r\n");

        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, "PUT", null)));
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.HearAsync(Denied);
    }

    [Fact]
    public async Task For_an_endpoint_that_is_not_known_nothing_passes()
    {
        _scene.Policy.Set(Weir.Proxy.Policies.L7Decision.Denied);
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.HearAsync(Denied);
        Assert.Equal(0, _scene.Connects);
    }

    [Fact]
    public async Task Records_keep_what_the_settings_let_them()
    {
        await using var scene = new ProxyScene(redaction: new Weir.Proxy.Http.HttpRedaction
        {
            Enabled = true, UrlQuery = true, HeadersRecorded = ["authorization", "x-id"], HeadersAllowed = ["x-id"],
        });
        using var client = await scene.ClientAsync();
        await client.SayAsync("GET /a?secret=1 HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer t\r\nX-Id: 7\r\n\r\n");
        using var server = await scene.ServerAsync();
        await server.HearUntilAsync("/a?secret=1 ");

        var request = scene.Log.First;
        Assert.Equal("http://shop/a", request.Url);
        Assert.Equal([new("authorization", "HUBBLE_REDACTED"), new("x-id", "7")], request.Headers);
    }
}
