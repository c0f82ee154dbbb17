using System.Net;
using System.Net.Sockets;
using Weir.Policy.Rules;
using Xunit;

namespace Weir.Unit.Proxy.Http;

/// <summary>headers and headerMatches, with the meaning that Cilium's agent and Envoy filter give them.</summary>
public sealed class HeaderEditTests : IAsyncLifetime
{
    private const string Denied = "HTTP/1.1 403 Forbidden\r\nContent-Length: 15\r\nContent-Type: text/plain\r\n\r\nAccess denied\r\n";

    private readonly ProxyScene _scene = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData("LOG", "X-Team: blue", "X-Team: blue")]
    [InlineData("LOG", "A: b", "A: b")]
    [InlineData("ADD", "X-Team: red", "X-Team: red")]
    [InlineData("ADD", "A: b", "A: b\r\nx-team: red")]
    [InlineData("ADD", "X-Team: blue", "X-Team: blue\r\nx-team: red")]
    [InlineData("DELETE", "X-Team: red", "X-Team: red")]
    [InlineData("DELETE", "X-Team: blue\r\nA: b\r\nX-TEAM: green", "A: b")]
    [InlineData("DELETE", "A: b", "A: b")]
    [InlineData("REPLACE", "X-Team: blue\r\nA: b", "A: b\r\nx-team: red")]
    [InlineData("REPLACE", "A: b", "A: b\r\nx-team: red")]
    [InlineData("REPLACE", "X-Team: red\r\nX-Team: red", "x-team: red")] // several count as one, joined
    public async Task A_mismatch_is_mended_as_the_rule_says_and_the_request_passes(string action, string sent, string arrives)
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule("/.*", null, null) { HeaderMatches = [new HeaderMatch("x-team", "red", action, "")] }));
        using var client = await _scene.ClientAsync();
        await client.SayAsync($"GET /a HTTP/1.1\r\nHost: shop\r\n{sent}\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearAsync($"GET /a HTTP/1.1\r\nHost: shop\r\n{arrives}\r\n\r\n");
    }

    [Theory]
    [InlineData("red", "X-Team: red", true)]
    [InlineData("red", "X-Team: blue", false)]
    [InlineData("red", "A: b", false)]
    [InlineData("", "X-Team: blue", true)]
    [InlineData("", "A: b", false)]
    public async Task Without_an_action_a_mismatch_is_refused(string wanted, string sent, bool passes)
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, null, null) { HeaderMatches = [new HeaderMatch("x-team", wanted, "", "")] }));
        await PassesAsync(sent, passes);
    }

    [Theory]
    [InlineData("x-team: red", "X-Team: red", true)]
    [InlineData("x-team red", "X-Team: red", true)]
    [InlineData("x-team", "X-Team: blue", true)]
    [InlineData("x-team", "A: b", false)]
    [InlineData("x-team:red", "X-Team: red", false)] // without a space it is all a name, which no header has
    public async Task Headers_are_split_at_their_first_space(string rule, string sent, bool passes)
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, null, null) { Headers = [rule] }));
        await PassesAsync(sent, passes);
    }

    [Fact]
    public async Task All_rules_that_fit_have_their_say_and_each_sees_what_the_one_before_did()
    {
        _scene.Policy.Set(SetPolicy.Http(
            new HttpRule("/a", null, null) { HeaderMatches = [new HeaderMatch("x-team", "red", "REPLACE", "")] },
            new HttpRule("/b", null, null) { HeaderMatches = [new HeaderMatch("x-other", "1", "ADD", "")] },
            HttpRule.Any,
            new HttpRule("/a", null, null) { HeaderMatches = [new HeaderMatch("x-team", "red", "ADD", ""), new HeaderMatch("x-id", "7", "ADD", "")] }));
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET /a HTTP/1.1\r\nHost: shop\r\n\r\n");
        using var server = await _scene.ServerAsync();
        await server.HearAsync("GET /a HTTP/1.1\r\nHost: shop\r\nx-team: red\r\nx-id: 7\r\n\r\n");
    }

    [Theory]
    [InlineData("content-length", "5", "ADD", "")]
    [InlineData("Transfer-Encoding", "chunked", "REPLACE", "")]
    [InlineData("host", "other", "REPLACE", "")]
    [InlineData("x-team", "red\r\nX: y", "ADD", "")]
    [InlineData("x team", "red", "ADD", "")]
    [InlineData("x-team", "", "ADD", "token")]
    [InlineData("x-team", "", "", "token")]
    public async Task A_rule_that_cannot_be_held_to_lets_nothing_pass(string name, string value, string action, string secret)
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, null, null) { HeaderMatches = [new HeaderMatch(name, value, action, secret)] }));
        await PassesAsync("X-Team: red", passes: false);
    }

    [Fact]
    public async Task Headers_of_HTTP_2_are_mended_too()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, null, null)
        {
            HeaderMatches = [new HeaderMatch("X-Team", "red", "REPLACE", ""), new HeaderMatch("X-Gone", "1", "DELETE", "")],
        }));
        await using var server = await Http2Server.StartAsync();
        _scene.Server = server.EndPoint;
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, _) => new NetworkStream((await _scene.ClientAsync()).Socket, ownsSocket: true) });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://shop:3002/a") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("x-team", "blue");
        request.Headers.Add("x-gone", "2");
        request.Headers.Add("x-kept", "3");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("x-kept=3 x-team=red", answer.Headers.GetValues("x-heard").Single());
    }

    private async Task PassesAsync(string sent, bool passes)
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync($"GET / HTTP/1.1\r\nHost: shop\r\n{sent}\r\n\r\n");
        if (passes) (await _scene.ServerAsync()).Dispose();
        else await client.HearAsync(Denied);
        Assert.Equal(passes ? 1 : 0, _scene.Connects);
    }
}
