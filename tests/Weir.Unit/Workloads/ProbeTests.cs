using System.Net;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Weir.Unit.Workloads;

public sealed class ProbeTests
{
    [Fact]
    public async Task Wget_spider_says_where_it_connects_and_that_the_file_exists()
    {
        await using var cluster = new SmallCluster().WithNames();

        Assert.Equal((0, "Connecting to www.bing.com (13.107.21.237:80)\nremote file exists\n"), await UntilNamedAsync(cluster, "wget --spider www.bing.com"));
    }

    [Fact]
    public async Task Wget_follows_redirects_over_https_and_announces_each_hop()
    {
        await using var cluster = new SmallCluster().WithNames();

        Assert.Equal(
            (0, "Connecting to graph.microsoft.com (20.190.152.88:443)\nConnecting to developer.microsoft.com (23.45.149.11:443)\nConnecting to developer.microsoft.com (23.45.149.11:443)\nremote file exists\n"),
            await UntilNamedAsync(cluster, "wget --spider --timeout=5 --tries=1 https://graph.microsoft.com"));
    }

    [Fact]
    public async Task Wget_shows_the_servers_refusal()
    {
        await using var cluster = new SmallCluster().WithNames();

        Assert.Equal(
            (1, "Connecting to www.microsoft.com (23.192.18.101:443)\nwget: server returned error: HTTP/1.1 403 Forbidden\n"),
            await UntilNamedAsync(cluster, "wget --spider --timeout=2 https://www.microsoft.com"));
    }

    [Fact]
    public async Task Wget_gets_and_posts_to_a_service_by_its_short_name()
    {
        await using var cluster = new SmallCluster().WithNames();
        cluster.Start("product-service", "10.0.96.101");

        Assert.Equal((0, "Connecting to product-service:3002 (10.0.96.101:3002)\nremote file exists\n"), await UntilNamedAsync(cluster, "wget --spider --timeout=2 http://product-service:3002/"));
        var (code, text) = await cluster.ProbeAsync("wget -q -O - --post-data={} http://product-service:3002/");
        Assert.Equal((0, "{\"id\":4}\n"), (code, text));
    }

    [Fact]
    public async Task Wget_says_bad_address_when_nobody_answers_for_names()
    {
        await using var cluster = new SmallCluster();

        Assert.Equal((1, "wget: bad address 'www.bing.com'\n"), await WithTimeAsync(cluster, "wget --spider --timeout=1 --tries=1 www.bing.com"));
    }

    [Fact]
    public async Task Wget_says_that_the_download_timed_out_when_the_server_is_cut_off()
    {
        await using var cluster = new SmallCluster();
        cluster.Network.Silent.Add(IPAddress.Parse("13.107.21.237"));

        Assert.Equal((1, "Connecting to 13.107.21.237 (13.107.21.237:80)\nwget: download timed out\n"), await WithTimeAsync(cluster, "wget -T 1 --spider 13.107.21.237"));
    }

    [Theory]
    [InlineData("wget --tires=1 www.bing.com", "wget: unrecognized option '--tires'\n")]
    [InlineData("wget -T x www.bing.com", "wget: invalid number 'x'\n")]
    [InlineData("wget ftp://www.bing.com", "wget: not an http or ftp url: ftp://www.bing.com\n")]
    [InlineData("nc -zv product-service", "nc: give a host and a port: nc [-zvnu] [-w SEC] HOST PORT\n")]
    [InlineData("nc -zv 10.0.0.1 70000", "nc: bad port '70000'\n")]
    public async Task A_wrong_command_line_is_said_and_fails(string command, string said)
    {
        await using var cluster = new SmallCluster();

        Assert.Equal((1, said), await cluster.ProbeAsync(command));
    }

    [Fact]
    public async Task Nc_says_open_and_refused_and_bad_address_and_timed_out()
    {
        await using var cluster = new SmallCluster().WithNames();
        cluster.Start("product-service", "10.0.96.101");
        cluster.Network.Silent.Add(IPAddress.Parse("10.0.96.103"));

        Assert.Equal((0, "product-service (10.0.96.101:3002) open\n"), await UntilNamedAsync(cluster, "nc -zv -w2 product-service 3002"));
        Assert.Equal((1, "nc: product-service (10.0.96.101:81): Connection refused\n"), await cluster.ProbeAsync("nc -zv -w2 product-service 81"));
        Assert.Equal((1, "nc: bad address 'no-service'\n"), await cluster.ProbeAsync("nc -zv -w2 no-service 3002"));
        Assert.Equal((1, "nc: 10.0.96.103 (10.0.96.103:80): Operation timed out\n"), await WithTimeAsync(cluster, "nc -zv -w2 10.0.96.103 80"));
    }

    [Fact]
    public async Task Nslookup_shows_the_server_and_the_name_with_their_reverse_names()
    {
        await using var cluster = new SmallCluster().WithNames();

        Assert.Equal(
            (0, "Server:    10.0.0.10\nAddress 1: 10.0.0.10 kube-dns.kube-system.svc.cluster.local\n\nName:      order-service\nAddress 1: 10.0.96.102 order-service.pets.svc.cluster.local\n"),
            await UntilNamedAsync(cluster, "nslookup order-service"));
        Assert.Equal(
            (1, "Server:    10.0.0.10\nAddress 1: 10.0.0.10 kube-dns.kube-system.svc.cluster.local\n\nnslookup: can't resolve 'nothing': Name does not resolve\n"),
            await cluster.ProbeAsync("nslookup nothing"));
    }

    [Fact]
    public async Task Curl_exits_with_curls_numbers()
    {
        await using var cluster = new SmallCluster().WithNames();
        cluster.Start("product-service", "10.0.96.101");
        cluster.Network.Silent.Add(IPAddress.Parse("10.0.96.103"));

        Assert.Equal((0, "200"), await UntilNamedAsync(cluster, "curl -s -o /dev/null -w %{http_code} http://product-service:3002/"));
        Assert.Equal((22, "curl: (22) The requested URL returned error: 404\n"), await cluster.ProbeAsync("curl -f http://product-service:3002/none"));
        Assert.Equal((6, "curl: (6) Could not resolve host: nothing\n"), await cluster.ProbeAsync("curl http://nothing/"));
        Assert.Equal(7, (await cluster.ProbeAsync("curl -s http://10.0.96.101/")).Code);
        Assert.Equal((28, ""), await WithTimeAsync(cluster, "curl -s -m 2 http://10.0.96.103"));
        Assert.Equal(60, (await cluster.ProbeAsync("curl -s https://www.bing.com/")).Code);
        Assert.Equal(0, (await cluster.ProbeAsync("curl -s -k -o /dev/null https://www.bing.com/")).Code);
    }

    /// <summary>Cluster DNS reads its zone a moment after it starts: asks again until the first answer that is not "no such name yet".</summary>
    private static async Task<(int Code, string Text)> UntilNamedAsync(SmallCluster cluster, string command)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        while ((await cluster.ProbeAsync("nslookup kube-dns.kube-system")).Code != 0) await Task.Delay(TimeSpan.FromMilliseconds(20), bound.Token);
        return await cluster.ProbeAsync(command);
    }

    /// <summary>Runs a probe on a clock that jumps, so that no timeout is waited for.</summary>
    private static async Task<(int Code, string Text)> WithTimeAsync(SmallCluster cluster, string command)
    {
        var time = new FakeTimeProvider();
        var probe = cluster.ProbeAsync(command, time);
        while (!probe.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        return await probe;
    }
}
