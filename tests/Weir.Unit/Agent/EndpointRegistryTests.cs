using Weir.Agent.Endpoints;
using Weir.Model;
using Xunit;

namespace Weir.Unit.Agent;

public sealed class EndpointRegistryTests : IDisposable
{
    private static readonly IpPrefix[] _cidrs = [IpPrefix.Parse("192.168.1.0/29"), IpPrefix.Parse("fd00:192:168:1::/64")];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-");

    private string File => Path.Combine(_folder.FullName, "endpoints.json");

    [Fact]
    public void The_same_interface_gets_the_same_addresses_again()
    {
        var registry = new EndpointRegistry(File, _cidrs);

        var first = registry.Allocate("c1", "eth0", "pets", "store-front-1", "u1");
        var again = registry.Allocate("c1", "eth0", "pets", "store-front-1", "u1");

        Assert.Equal(first, again);
        Assert.Equal(("192.168.1.1", "fd00:192:168:1::1", "weir1"), (first.IPv4, first.IPv6, first.HostInterface));
    }

    [Fact]
    public void A_restart_forgets_no_address()
    {
        var before = new EndpointRegistry(File, _cidrs);
        var kept = before.Allocate("c1", "eth0", "pets", "a", "");
        before.MarkAttached(kept.EndpointId);

        var after = new EndpointRegistry(File, _cidrs);
        var next = after.Allocate("c2", "eth0", "pets", "b", "");

        Assert.Equal(kept with { Attached = true }, after.Find(kept.EndpointId));
        Assert.NotEqual(kept.IPv4, next.IPv4);
        Assert.NotEqual(kept.EndpointId, next.EndpointId);
    }

    [Fact]
    public void A_released_address_is_the_last_to_be_given_again()
    {
        var registry = new EndpointRegistry(File, _cidrs);
        var first = registry.Allocate("c1", "eth0", "pets", "a", "");
        registry.Release("c1", "eth0");

        Assert.NotEqual(first.IPv4, registry.Allocate("c2", "eth0", "pets", "b", "").IPv4);
    }

    [Fact]
    public void A_full_range_is_named()
    {
        var registry = new EndpointRegistry(File, _cidrs);
        for (var i = 0; i < 6; i++) registry.Allocate($"c{i}", "eth0", "pets", $"p{i}", "");

        var e = Assert.Throws<InvalidOperationException>(() => registry.Allocate("c7", "eth0", "pets", "p7", ""));
        Assert.Equal("Every address of the node's pod CIDR 192.168.1.0/29 is taken.", e.Message);
    }

    [Fact]
    public void A_broken_file_is_refused_with_what_to_do()
    {
        System.IO.File.WriteAllText(File, "{");

        var e = Assert.Throws<InvalidDataException>(() => new EndpointRegistry(File, _cidrs));
        Assert.Contains("Remove it only when no pod of this node runs", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
