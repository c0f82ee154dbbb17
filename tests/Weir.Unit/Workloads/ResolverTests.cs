using System.Net;
using System.Text;
using Weir.Protocols.Dns;
using Weir.Unit.Fakes;
using Weir.Workloads;
using Weir.Workloads.ClusterDns;
using Weir.Workloads.Resolve;
using Xunit;

namespace Weir.Unit.Workloads;

public sealed class ResolverTests
{
    private readonly List<string> _asked = [];
    private readonly WiredNetwork _network = new();

    [Fact]
    public async Task Suffixes_are_tried_in_order_and_the_name_itself_last()
    {
        await using var server = Serve(name => name == "www.bing.com" ? (DnsResponseCode.NoError, "13.107.21.237") : (DnsResponseCode.NameError, null));

        var found = await ResolveAsync("www.bing.com");

        Assert.Equal([IPAddress.Parse("13.107.21.237")], found.Addresses);
        Assert.Equal(["www.bing.com.pets.svc.cluster.local", "www.bing.com.svc.cluster.local", "www.bing.com.cluster.local", "www.bing.com"], _asked.Distinct());
    }

    [Fact]
    public async Task A_refusal_of_the_first_suffix_ends_the_search()
    {
        await using var server = Serve(_ => (DnsResponseCode.Refused, null));

        var found = await ResolveAsync("api.github.com");

        Assert.Equal(ResolveFault.NonRecoverable, found.Fault);
        Assert.Equal(["api.github.com.pets.svc.cluster.local"], _asked.Distinct());
    }

    [Fact]
    public async Task A_failing_server_ends_the_search_too()
    {
        await using var server = Serve(_ => (DnsResponseCode.ServerFailure, null));

        Assert.Equal(ResolveFault.TryAgain, (await ResolveAsync("a")).Fault);
    }

    [Fact]
    public async Task A_name_with_a_last_dot_or_enough_dots_is_asked_as_it_is_only()
    {
        await using var server = Serve(_ => (DnsResponseCode.NameError, null));

        await ResolveAsync("a.b.");
        await ResolveAsync("a.b.c.d.e.f");

        Assert.Equal(["a.b", "a.b.c.d.e.f"], _asked.Distinct());
    }

    [Fact]
    public async Task A_name_without_addresses_ends_the_search()
    {
        await using var server = Serve(_ => (DnsResponseCode.NoError, null));

        Assert.Equal(ResolveFault.DoesNotResolve, (await ResolveAsync("a")).Fault);
        Assert.Equal(["a.pets.svc.cluster.local"], _asked.Distinct());
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    [InlineData("localhost")]
    public async Task Addresses_and_the_hosts_file_need_no_server(string name)
    {
        Assert.Equal(ResolveFault.None, (await ResolveAsync(name)).Fault);
        Assert.Empty(_asked);
    }

    private Task<Resolution> ResolveAsync(string name)
    {
        var context = new AppletContext
        {
            Arguments = [],
            Network = _network.Host("192.168.1.9"),
            Output = Stream.Null,
            ErrorOutput = Stream.Null,
            ReadFile = path => Encoding.ASCII.GetBytes(path == "/etc/hosts"
                ? "127.0.0.1 localhost\n"
                : "nameserver 10.0.0.10\nsearch pets.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n"),
        };
        return new StubResolver(context).ResolveAsync(name, TestContext.Current.CancellationToken);
    }

    private Server Serve(Func<string, (DnsResponseCode Code, string? Address)> answer)
    {
        var stop = new CancellationTokenSource();
        var service = new DnsService(_network.Host("10.0.0.10"), (question, most, _) =>
        {
            Assert.True(DnsReply.TryRead(question.Span, out var asked));
            lock (_asked) _asked.Add(asked.Name);
            var (code, address) = answer(asked.Name);
            IReadOnlyList<ZoneRecord> records = address is null ? [] : [new ZoneRecord(DnsType.A, IPAddress.Parse(address).GetAddressBytes(), null)];
            return Task.FromResult<byte[]?>(DnsReply.Write(asked, code, records, "", 5, most));
        });
        return new Server(stop, service.RunAsync(stop.Token));
    }

    private sealed class Server(CancellationTokenSource stop, Task running) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            stop.Dispose();
        }
    }
}
