using System.Text;
using Weir.Model;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Feed;
using Weir.Proxy.Policies;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Proxy;

/// <summary>proxy.sock: what versions understand each other, and what each end does when the other dies.</summary>
public sealed class FeedTests : IDisposable
{
    private readonly ProxyScene _scene = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(3, 2, 2, 1, 2)]
    [InlineData(2, 1, 3, 2, 2)]
    [InlineData(3, 3, 2, 1, null)]
    [InlineData(1, 1, 1, 1, 1)]
    public void The_newest_version_that_both_understand_is_spoken(int version, int oldest, int theirs, int theirOldest, int? common) =>
        Assert.Equal(common, new FeedHello(version, oldest).CommonWith(new FeedHello(theirs, theirOldest)));

    [Fact]
    public void A_policy_file_of_version_1_with_members_of_a_later_one_is_understood()
    {
        File.WriteAllText(Path.Combine(_scene.Folder, PolicyStore.FileName), """
            {"sequence":0,"isWhole":true,"later":[1],"settings":{"minimumTtlSeconds":5,"later":true},
             "policies":[{"entries":[{"peer":0,"protocol":17,"port":53,"portBits":16,"action":2,"match":3,"rule":16,
               "l7":{"parser":"dns","ports":{"protocol":17,"first":53,"last":53},"alternatives":[{"dns":[{"text":"*.test","isPattern":true}],"later":1}]}}],"names":[]}],
             "endpoints":[{"id":1,"uid":"u","addresses":["192.168.1.5"],"egressTable":7,"egress":0,"ingress":-1}],
             "rules":[{"id":16,"rules":{"basis":1,"rules":[{"kind":"CiliumNetworkPolicy","namespace":"pets","name":"p","field":"egress","index":0}]}}]}
            """);

        Assert.True(_scene.State.Policies.Load());

        var decision = _scene.State.Policies.Current.Ask(1, TrafficDirection.Egress, ProxyScene.Server, IpProtocol.Udp, 53);
        Assert.Equal(("dns", 16u, true, false), (decision.Parser, decision.Rule, decision.Matcher!.AllowsDns("a.test"), decision.Matcher.AllowsDns("a.other")));
        Assert.Equal("Allow: pets/p egress[0]", decision.Origins.ToString());
        Assert.Equal(5, _scene.State.Policies.Current.Settings.MinimumTtlSeconds);
        Assert.True(_scene.State.Policies.Current.Ask(2, TrafficDirection.Egress, ProxyScene.Server, IpProtocol.Udp, 53).IsDenied);
    }

    [Fact]
    public async Task An_agent_is_told_what_was_seen_also_while_it_was_away_and_its_policy_outlives_it()
    {
        await using var proxy = new Running(_scene.State.RunAsync);
        var seen = new List<ExchangeRecord>();
        await using (var first = await ConnectAsync(seen))
        {
            var reading = first.RunAsync(Ct);
            Assert.Null(await first.TellAsync(new FeedUpdate { Sequence = 0, IsWhole = true, Endpoints = [new FeedEndpoint { Id = 9, Addresses = ["192.168.1.7"] }] }, Ct));
        }

        Assert.NotNull(_scene.State.Policies.Current.Find(9));
        var ends = new ExchangeEnds(9, TrafficDirection.Egress, IpProtocol.Udp, IpAddress.Parse("192.168.1.7"), 1234, ProxyScene.Server, 53, 300);
        _scene.State.Outbox.Dns(ends, isResponse: false, Verdict.Dropped, 16, Encoding.ASCII.GetBytes("0123456789abcdef"));

        await using var second = await ConnectAsync(seen);
        var reader = second.RunAsync(Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(seen.Count == 1), "the record arrives");
        Assert.Equal((ends, Verdict.Dropped, 16u, 16), (seen[0].Ends, seen[0].Verdict, seen[0].Rule, seen[0].Dns.Length));
    }

    [Fact]
    public void What_finds_no_room_while_no_agent_is_there_is_counted()
    {
        using var outbox = new ExchangeOutbox(TimeProvider.System, capacity: 1000);
        for (var i = 0; i < 100; i++) outbox.Dns(default, isResponse: false, Verdict.Forwarded, 0, new byte[31]);

        Assert.Equal(90, outbox.Lost);
    }

    [Fact]
    public async Task A_request_of_any_length_does_not_stop_the_records_behind_it()
    {
        await using var proxy = new Running(_scene.State.RunAsync);
        var seen = new List<ExchangeRecord>();
        await using var agent = await ConnectAsync(seen);
        var reader = agent.RunAsync(Ct);
        var ends = new ExchangeEnds(9, TrafficDirection.Egress, IpProtocol.Tcp, IpAddress.Parse("192.168.1.7"), 1234, ProxyScene.Server, 80, 300);
        var longest = new string('\u2603', 60_000); // three bytes each as UTF-8
        _scene.State.Outbox.Http(ends, Verdict.Dropped, 16, new HttpExchange { Method = longest, Url = longest, Protocol = "HTTP/1.1", Headers = [new("x-request-id", longest)] }, answer: null);
        _scene.State.Outbox.Http(ends, Verdict.Forwarded, 16, new HttpExchange { Method = "GET", Url = "http://a/", Protocol = "HTTP/1.1" }, answer: null);

        await Eventually.HoldsAsync(() => Task.FromResult(seen.Count == 2), "both records arrive");
        Assert.Equal((0, 2049, 65, "http://a/"), (seen[0].Http!.Headers.Count, seen[0].Http!.Url.Length, seen[0].Http!.Method.Length, seen[1].Http!.Url));
        Assert.Equal(0, _scene.State.Outbox.Lost);
    }

    [Fact]
    public async Task A_request_and_its_answer_arrive_with_all_that_was_recorded()
    {
        await using var proxy = new Running(_scene.State.RunAsync);
        var seen = new List<ExchangeRecord>();
        await using var agent = await ConnectAsync(seen);
        var reader = agent.RunAsync(Ct);
        var ends = new ExchangeEnds(9, TrafficDirection.Egress, IpProtocol.Tcp, IpAddress.Parse("192.168.1.7"), 1234, ProxyScene.Server, 80, 300);
        var request = new HttpExchange
        {
            Method = "GET", Url = "http://a/b\u00e9?c=d", Protocol = "HTTP/1.1", TraceId = "0af7651916cd43dd8448eb211c80319c",
            Headers = [new("x-request-id", "17"), new("x-empty", "")],
        };
        _scene.State.Outbox.Http(ends, Verdict.Forwarded, 16, request, answer: null);
        _scene.State.Outbox.Http(ends, Verdict.Forwarded, 16, request, new HttpAnswer(204, TimeSpan.FromMicroseconds(12.3)));

        await Eventually.HoldsAsync(() => Task.FromResult(seen.Count == 2), "both records arrive");
        Assert.Equal((false, false, (ushort)0, TimeSpan.Zero), (seen[0].IsResponse, seen[0].Http!.IsResponse, seen[0].Http!.Status, seen[0].Http!.Latency));
        Assert.Equal((true, true, (ushort)204, TimeSpan.FromMicroseconds(12.3)), (seen[1].IsResponse, seen[1].Http!.IsResponse, seen[1].Http!.Status, seen[1].Http!.Latency));
        Assert.All(seen, one => Assert.Equal((request.Method, request.Url, request.Protocol, request.TraceId), (one.Http!.Method, one.Http.Url, one.Http.Protocol, one.Http.TraceId)));
        Assert.All(seen, one => Assert.Equal(request.Headers, one.Http!.Headers));
    }

    [Fact]
    public void A_record_of_a_request_that_is_cut_off_is_no_record_and_writing_one_allocates_nothing()
    {
        var request = new HttpExchange { Method = "GET", Url = "http://a/", Protocol = "HTTP/2", Headers = [new("x-request-id", "17")] };
        var bytes = new byte[HttpRecord.LengthOf(request)];
        HttpRecord.Write(request, answer: null, bytes);
        Assert.Equal("http://a/", HttpRecord.Read(bytes, isResponse: false)!.Url);
        for (var length = 0; length < bytes.Length; length++) Assert.Null(HttpRecord.Read(bytes.AsSpan(0, length), isResponse: false));

        using var outbox = new ExchangeOutbox(TimeProvider.System);
        outbox.Http(default, Verdict.Forwarded, 16, request, answer: null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) outbox.Http(default, Verdict.Forwarded, 16, request, new HttpAnswer(200, TimeSpan.Zero));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_policy_that_cannot_be_saved_is_in_force_all_the_same_and_says_so()
    {
        Directory.CreateDirectory(Path.Combine(_scene.Folder, PolicyStore.FileName + ".new")); // in the way of the file

        var problem = _scene.State.Policies.Apply(new FeedUpdate { Sequence = 1, IsWhole = true, Endpoints = [new FeedEndpoint { Id = 9, Addresses = ["192.168.1.7"] }] });

        Assert.Contains("a proxy that starts again would go by the one before", problem, StringComparison.Ordinal);
        Assert.NotNull(_scene.State.Policies.Current.Find(9));
    }

    private async Task<FeedClient> ConnectAsync(List<ExchangeRecord> seen)
    {
        FeedClient? client = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    client = await FeedClient.ConnectAsync(_scene.Folder, r => seen.Add(r with { Dns = r.Dns.ToArray() }), _ => { }, Ct);
                    return true;
                }
                catch (System.Net.Sockets.SocketException)
                {
                    return false;
                }
            },
            "the proxy listens");
        return client!;
    }
}
