using System.Net;
using System.Net.Sockets;
using Weir.Policy.Rules;
using Xunit;

namespace Weir.Unit.Proxy.Http;

public sealed class Http2ForwardingTests : IAsyncLifetime
{
    private readonly ProxyScene _scene = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));
    private Http2Server _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await Http2Server.StartAsync();
        _scene.Server = _server.EndPoint;
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) => new NetworkStream((await _scene.ClientAsync()).Socket, ownsSocket: true),
        })
        {
            BaseAddress = new Uri("http://shop:3002/"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _scene.DisposeAsync();
        await _server.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task Requests_are_judged_one_by_one_on_one_connection()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule("/open.*", "GET", null)));
        using var permitted = await _client.GetAsync("open?x=1", _patience.Token);
        using var denied = await _client.PostAsync("open", new StringContent("body"), _patience.Token);
        using var dotted = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "other") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, _patience.Token);
        using var again = await _client.GetAsync("open", _patience.Token);

        Assert.Equal("/open?x=1", permitted.Headers.GetValues("x-path").Single());
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Equal("Access denied\r\n", await denied.Content.ReadAsStringAsync(_patience.Token));
        Assert.Equal(HttpStatusCode.Forbidden, dotted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, _scene.Connects);
        Assert.Equal(
            ["Egress Forwarded HTTP/2 GET http://shop:3002/open?x=1", "Egress Forwarded HTTP/2 200 GET http://shop:3002/open?x=1", "Egress Dropped HTTP/2 POST http://shop:3002/open"],
            _scene.Log.Lines.Take(3));
    }

    [Fact]
    public async Task A_denied_gRPC_call_is_told_so_in_its_own_words()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule("/open", null, null)));
        var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");
        using var answer = await _client.PostAsync("observer.Observer/GetFlows", content, _patience.Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("7", answer.Headers.GetValues("grpc-status").Single());
        Assert.Equal(0, answer.Content.Headers.ContentLength ?? 0);
    }

    [Fact]
    public async Task Bytes_stream_both_ways_and_trailers_follow()
    {
        var content = new StreamedContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "echo") { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var asking = _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _patience.Token);
        var sending = await content.Started.Task.WaitAsync(_patience.Token);
        await sending.WriteAsync("start"u8.ToArray(), _patience.Token);
        await sending.FlushAsync(_patience.Token);
        using var answer = await asking;
        await using var back = await answer.Content.ReadAsStreamAsync(_patience.Token);
        var got = new byte[5];
        await back.ReadExactlyAsync(got, _patience.Token);
        foreach (var word in (string[])["first", "again", "third"])
        {
            await sending.WriteAsync(System.Text.Encoding.ASCII.GetBytes(word), _patience.Token);
            await sending.FlushAsync(_patience.Token);
            await back.ReadExactlyAsync(got, _patience.Token);
            Assert.Equal(word, System.Text.Encoding.ASCII.GetString(got));
        }

        content.Done.SetResult();
        Assert.Equal(0, await back.ReadAsync(got, _patience.Token));
        Assert.Equal("20", answer.TrailingHeaders.GetValues("x-sum").Single());
    }

    [Fact]
    public async Task Many_streams_with_large_bodies_come_through_whole()
    {
        var body = new byte[60_000];
        new Random(5).NextBytes(body);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            using var answer = await _client.PostAsync($"echo?{number}", new ByteArrayContent(body), _patience.Token);
            var echoed = await answer.Content.ReadAsByteArrayAsync(_patience.Token);
            Assert.True(body.AsSpan().SequenceEqual(echoed));
        }));
        Assert.Equal(1, _scene.Connects);
    }

    [Fact]
    public async Task Denied_uploads_do_not_use_up_the_window()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule(null, "GET", null)));
        for (var i = 0; i < 50; i++)
        {
            using var denied = await _client.PostAsync("up", new ByteArrayContent(new byte[50_000]), _patience.Token);
            Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        }

        _scene.Policy.Set(SetPolicy.Http(HttpRule.Any));
        using var answer = await _client.PostAsync("echo", new ByteArrayContent(new byte[300_000]), _patience.Token);
        Assert.Equal(300_000, (await answer.Content.ReadAsByteArrayAsync(_patience.Token)).Length);
    }

    [Fact]
    public async Task Long_fields_are_put_together_again()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "long") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("x-long", new string('x', 25_000)); // two frames
        using var answer = await _client.SendAsync(request, _patience.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_path_in_disguise_is_judged_as_what_it_is()
    {
        _scene.Policy.Set(SetPolicy.Http(new HttpRule("/public/.*", null, null)));
        using var client = await _scene.ClientAsync();
        await client.SayAsync(RawHttp2.Start + RawHttp2.Headers(1, (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/public/%2e%2e/admin")));
        Assert.Contains("403", await client.HearUntilAsync("403"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":method=GET :scheme=http :authority=a :path=/ Upper=x")]
    [InlineData(":method=GET :scheme=http :authority=a :path=/ connection=close")]
    [InlineData(":method=GET :scheme=http :authority=a :path=/ transfer-encoding=chunked")]
    [InlineData(":method=GET :scheme=http :authority=a :path=/ te=gzip")]
    [InlineData(":method=GET :scheme=http :authority=a :path=/ x=a\r\nb:c")]
    [InlineData(":method=GET :scheme=http :authority=a :path=/ x\r\n=a")]
    [InlineData(":method=GET :scheme=http :authority=a :path=/ host=b")]
    [InlineData(":method=GET :method=PUT :scheme=http :authority=a :path=/")]
    [InlineData(":method=GET :scheme=http :authority=a")]
    [InlineData(":method=GET :scheme=http :authority=a :path=")]
    [InlineData(":method=GET :scheme=http :authority=a :path=x")]
    [InlineData(":method=GET :scheme=http :authority=a x=y :path=/")]
    [InlineData(":method=GET :scheme=http :path=/")]
    [InlineData(":method=G(T :scheme=http :authority=a :path=/")]
    public async Task What_is_no_request_is_reset(string fields)
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync(RawHttp2.Start + RawHttp2.Headers(1, [.. fields.Split(' ').Select(f => (f[..f.IndexOf('=', 1)], f[(f.IndexOf('=', 1) + 1)..]))]));
        await client.HearUntilAsync(RawHttp2.Frame(3, 0, 1, "\0\0\0\u0001"));
        Assert.Contains("Egress Error HTTP/2  ", _scene.Log.Lines);
    }

    [Fact]
    public async Task Fields_without_end_end_the_connection()
    {
        using var client = await _scene.ClientAsync();
        var flood = string.Concat(Enumerable.Repeat(RawHttp2.Frame(9, 0, 1, ""), 70));
        await client.SayAsync(RawHttp2.Start + RawHttp2.Frame(1, 0, 1, "") + flood);
        await client.HearUntilAsync("\0\0\0\u000b"); // GOAWAY, ENHANCE_YOUR_CALM
        await client.HearToEndAsync();
    }

    [Fact]
    public async Task Fields_that_unfold_to_too_much_are_refused()
    {
        using var client = await _scene.ClientAsync();
        var first = RawHttp2.Headers(1, keeps: true, ("x", new string('x', 3000)));
        var bomb = RawHttp2.Frame(1, 5, 3, new string('\u00be', 5000)); // the entry just kept, 5,000 times
        await client.SayAsync(RawHttp2.Start + first + bomb);
        Assert.Contains("431", await client.HearUntilAsync("431"), StringComparison.Ordinal);
    }

    private sealed class StreamedContent : HttpContent
    {
        public TaskCompletionSource<Stream> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            Started.SetResult(stream);
            await Done.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
