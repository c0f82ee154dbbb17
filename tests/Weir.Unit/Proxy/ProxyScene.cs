using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Weir.Datapath.Model;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Weir.Protocols.Dns;
using Weir.Proxy;
using Weir.Proxy.Dns;
using Weir.Proxy.Feed;

namespace Weir.Unit.Proxy;

/// <summary>What the proxies of a node share, on managed tables: one pod that may ask for <c>*.test</c> and go where that leads.</summary>
internal sealed class ProxyScene : IDisposable
{
    public const uint Pod = 1, Table = 7;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-proxy-");
    private readonly ModelDatapath _datapath = new(new ModelDatapathOptions());

    public ProxyScene() => State = Open();

    public static IpAddress PodAddress { get; } = IpAddress.Parse("192.168.1.5");

    public static IpAddress Server { get; } = IpAddress.Parse("192.168.1.9");

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));

    public ProxyState State { get; private set; }

    public string Folder => _folder.FullName;

    public INameTable Tables => _datapath.Names;

    /// <summary>What the agent tells: the names that policy opens, and the settings.</summary>
    public void Tell(FeedSettings settings, params string[] names)
    {
        var redirect = new FeedEntry(0, (byte)IpProtocol.Udp, 53, 16, (byte)PolicyAction.Redirect, 3, 16, new L7Rules("dns")
        {
            Ports = new PortRange(IpProtocol.Udp, 53, 53),
            Alternatives = [new L7Alternative { Dns = [new NamePattern("*.test", true)] }],
        });
        var allow = new FeedEntry(0, (byte)IpProtocol.Tcp, 443, 16, (byte)PolicyAction.Allow, 2, 17, null);
        State.Policies.Apply(new FeedUpdate
        {
            Sequence = 1,
            IsWhole = true,
            Settings = settings,
            Policies = [new FeedPolicy { Entries = [redirect], Names = [.. names.Select(n => new FeedNames(n, n.Contains('*', StringComparison.Ordinal), [allow]))] }],
            Endpoints = [new FeedEndpoint { Id = Pod, Uid = "u", Addresses = [PodAddress.ToString()], EgressTable = Table + (uint)names.Length, Egress = 0 }],
            Rules = [new FeedRule(16, new RuleSet(DecisionBasis.Allow, [])), new FeedRule(17, new RuleSet(DecisionBasis.Allow, [new RuleOrigin("k", "n", "p", "egress", 0)]))],
        });
    }

    public void Learn(string name, uint ttl, params string[] addresses) =>
        State.Names.Learn(Pod, name, (ushort)DnsType.A, [.. addresses.Select(IpAddress.Parse)], ttl);

    /// <summary>The addresses that the datapath knows the pod to know by name.</summary>
    public IEnumerable<string> Open(uint endpoint) => Tables.Addresses.Where(a => a.Endpoint == endpoint).Select(a => a.Address.ToString()).Order(StringComparer.Ordinal);

    public DnsChannel Channel() => new(State.Gate, State.Policies, State.DnsCounters, Time, PodAddress, Server, 53);

    /// <summary>Ends the proxy and starts it again, as after a crash.</summary>
    public void Restart()
    {
        State.Dispose();
        State = Open();
        State.Load();
    }

    public void Dispose()
    {
        State.Dispose();
        _datapath.Dispose();
        _folder.Delete(recursive: true);
    }

    private ProxyState Open() => new(_folder.FullName, _datapath.Names, Time, NullLogger.Instance);
}
