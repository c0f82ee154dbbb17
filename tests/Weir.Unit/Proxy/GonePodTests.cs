using System.Net;
using Weir.Model;
using Weir.Proxy.Feed;
using Weir.Proxy.Http;
using Xunit;

namespace Weir.Unit.Proxy;

/// <summary>The next pod with an address must not speak by what the one before it left open.</summary>
public sealed class GonePodTests : IDisposable
{
    private readonly ProxyScene _scene = new();
    private readonly List<IpAddress> _gone = [];

    public GonePodTests()
    {
        _scene.Tell(new FeedSettings());
        _scene.State.AddressGone = _gone.Add;
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_pod_that_is_told_again_is_not_gone()
    {
        _scene.Tell(new FeedSettings(), "a.test");

        Assert.Empty(_gone);
    }

    [Fact]
    public void The_addresses_of_a_pod_that_is_gone_are_told()
    {
        _scene.State.Policies.Apply(new FeedUpdate { Sequence = 2, Gone = [ProxyScene.Pod] });

        Assert.Equal([ProxyScene.PodAddress], _gone);
    }

    [Fact]
    public void The_addresses_of_a_pod_are_told_when_another_one_gets_its_number()
    {
        _scene.State.Policies.Apply(new FeedUpdate { Sequence = 2, Endpoints = [new FeedEndpoint { Id = ProxyScene.Pod, Uid = "v", Addresses = [ProxyScene.PodAddress.ToString()] }] });

        Assert.Equal([ProxyScene.PodAddress], _gone);
    }

    [Fact]
    public void What_a_pod_left_waiting_is_given_to_no_other()
    {
        var (pod, neighbour, server) = (IPAddress.Parse("192.168.1.5"), IPAddress.Parse("192.168.1.6"), IPEndPoint.Parse("192.168.1.9:80"));
        using var pool = new UpstreamPool(new HttpLimits(), TimeProvider.System);
        var (group, other) = (pool.Enter(pod, server), pool.Enter(neighbour, server));

        pool.Forget(pod);

        Assert.NotSame(group, pool.Enter(pod, server));
        Assert.Same(other, pool.Enter(neighbour, server));
    }
}
