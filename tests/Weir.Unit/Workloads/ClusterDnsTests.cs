using System.Net;
using Weir.Protocols.Dns;
using Weir.Workloads.ClusterDns;
using Xunit;

namespace Weir.Unit.Workloads;

public sealed class ClusterDnsTests
{
    private static readonly ZoneTable s_table = new(new ClusterZone
    {
        Services =
        [
            new("pets", "product-service", ["10.0.96.101", "fd00:10::101"], [new("http", "TCP", 3002)], [new(["192.168.1.5"], null)]),
            new("pets", "rabbitmq", [], [], [new(["192.168.1.6"], "rabbitmq-0"), new(["192.168.2.6"], "rabbitmq-1")]),
        ],
    });

    [Theory]
    [InlineData("product-service.pets.svc.cluster.local", "10.0.96.101 fd00:10::101")]
    [InlineData("rabbitmq.pets.svc.cluster.local", "192.168.1.6 192.168.2.6")]
    [InlineData("rabbitmq-1.rabbitmq.pets.svc.cluster.local", "192.168.2.6")]
    [InlineData("192-168-1-5.pets.pod.cluster.local", "192.168.1.5")]
    [InlineData("fd00-192-168-1--5.pets.pod.cluster.local", "fd00:192:168:1::5")]
    public void A_name_has_its_addresses(string name, string addresses) => Assert.Equal(
        addresses,
        string.Join(' ', s_table.Find(name)!.Where(r => r.Type is DnsType.A or DnsType.Aaaa).Select(r => new IPAddress(r.Data))));

    [Theory]
    [InlineData("101.96.0.10.in-addr.arpa", "product-service.pets.svc.cluster.local")]
    [InlineData("6.2.168.192.in-addr.arpa", "rabbitmq-1.rabbitmq.pets.svc.cluster.local")]
    [InlineData("_http._tcp.product-service.pets.svc.cluster.local", "product-service.pets.svc.cluster.local")]
    public void A_name_points_at_another(string name, string target) => Assert.Equal(target, Assert.Single(s_table.Find(name)!).Target);

    [Theory]
    [InlineData("pets.svc.cluster.local")]
    [InlineData("cluster.local")]
    public void A_name_with_names_below_it_exists_without_records(string name) => Assert.Empty(s_table.Find(name)!);

    [Theory]
    [InlineData("nothing.pets.svc.cluster.local")]
    [InlineData("product-service.other.svc.cluster.local")]
    [InlineData("1-2-3.pets.pod.cluster.local")]
    [InlineData("1-2-3-4.other.pod.cluster.local")]
    public void Other_names_of_the_cluster_do_not_exist(string name)
    {
        Assert.True(s_table.Owns(name));
        Assert.Null(s_table.Find(name));
    }

    [Fact]
    public void Names_of_others_are_not_ours()
    {
        Assert.False(s_table.Owns("www.bing.com"));
        Assert.False(s_table.Owns("notcluster.local"));
    }
}
