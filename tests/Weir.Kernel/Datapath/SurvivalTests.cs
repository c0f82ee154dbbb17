using Weir.Datapath;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

public sealed class SurvivalTests : NodeTests
{
    [Fact]
    public void With_the_agent_gone_connections_live_and_policy_holds()
    {
        using var listener = Server.Listen(8080);
        using var closed = Server.Listen(9090);
        Traffic.Echo(listener);
        Node.Datapath.SetPolicy(2, Policies.Ingress(Policies.Tcp(ClientIdentity, 8080, PolicyAction.Allow, "web")));
        using var before = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(before);

        Node.Datapath.Dispose();

        Assert.Equal($"{Client.IPv4} a", Traffic.Ask(before, "a"));
        using var meanwhile = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(meanwhile);
        Assert.Null(Client.Connect(Server.IPv4, 9090, timeoutMs: 300));
        Node.Restart();
    }

    [Fact]
    public void A_restart_adopts_endpoints_policies_services_and_rule_ids()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        var policy = Policies.Ingress(Policies.Tcp(ClientIdentity, 8080, PolicyAction.Allow, "web"), Policies.Entry(0, IpProtocol.Udp, 4096, 4, PolicyAction.Deny, "range"));
        Node.Datapath.SetPolicy(2, policy);
        var service = new ServiceSpec(IpAddress.Parse("10.0.0.20"), 80, IpProtocol.Tcp, [new BackendSpec(Server.Spec.IPv4, 8080, true)], false, 0);
        Node.Datapath.SetServices([service]);
        using var before = Client.Connect("10.0.0.20", 80);
        Assert.NotNull(before);

        Node.Restart();

        Assert.Equal([Client.Spec, Server.Spec], Node.Datapath.Endpoints.OrderBy(endpoint => endpoint.Id));
        Assert.Equal($"{Client.IPv4} a", Traffic.Ask(before, "a"));
        using var after = Client.Connect("10.0.0.20", 80);
        Assert.NotNull(after);
        Node.ReadEvents();
        var seen = Node.Events.Of(EventKind.New).ToList();
        Assert.Equal(2, seen.Count);
        Assert.All(seen, made => Assert.Equal(Policies.Rule("web"), Node.Datapath.ResolveRule(made.IngressRule)));

        // The same again changes nothing: no new table, so that no connection is decided again.
        Node.Datapath.SetPolicy(2, policy);
        Node.Datapath.SetServices([service]);
        Assert.Equal($"{Client.IPv4} b", Traffic.Ask(before, "b"));
        Node.ReadEvents();
        Assert.Empty(Node.Events.Of(EventKind.Changed));
        Assert.Null(Client.Connect(Server.IPv4, 81, timeoutMs: 200));
    }

    [Fact]
    public void Replacing_the_programs_under_traffic_loses_no_packet()
    {
        using var listener = Server.Listen(8080);
        Traffic.Echo(listener);
        using var socket = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(socket);
        using var stop = new CancellationTokenSource();
        var asked = 0;
        var traffic = new Thread(() =>
        {
            while (!stop.IsCancellationRequested && Traffic.Ask(socket, "x") is { Length: > 0 }) asked++;
        });
        traffic.Start();

        for (var i = 0; i < 3; i++) Node.Restart();

        var so_far = asked;
        Assert.True(SpinWait.SpinUntil(() => asked > so_far + 10, TimeSpan.FromSeconds(5)));
        stop.Cancel();
        traffic.Join();
        Node.ReadEvents();
        Assert.Empty(Node.Events.Of(EventKind.Drop));
    }

    [Fact]
    public void An_endpoint_whose_interface_went_away_meanwhile_is_forgotten()
    {
        Node.Datapath.Dispose();
        Node.Namespace.Ip($"link del {Server.Spec.InterfaceName}");
        Node.Restart();

        Assert.Equal(Client.Spec, Assert.Single(Node.Datapath.Endpoints));
    }

    [Fact]
    public void The_tables_of_a_newer_version_are_refused_and_stay_in_force()
    {
        using var listener = Server.Listen(8080);
        Node.Datapath.SetPolicy(2, Policies.Ingress());
        Node.Datapath.Dispose();
        var newer = Path.Combine(Bpffs.Path, "weir", "node1", "v2");
        Directory.CreateDirectory(newer);

        var refused = Assert.IsType<DatapathException>(Assert.Throws<InvalidOperationException>(Node.Restart).InnerException);
        Assert.Contains("newer", refused.Message, StringComparison.Ordinal);
        Assert.Null(Client.Connect(Server.IPv4, 8080, timeoutMs: 300));

        Directory.Delete(newer);
        Node.Restart();
    }

    [Fact]
    public void A_full_map_names_its_setting_and_leaves_the_policy_before_in_force()
    {
        using var listener = Server.Listen(8080);
        using var small = new TestNode(2, World, Bpffs, options => options with { PolicyEntries = 64 });
        var pod = small.AddPod(1, 9, 1009);
        using var there = pod.Listen(80);
        var client = small.AddPod(2, 10, 1010);
        small.Datapath.SetPolicy(1, Policies.Ingress(Policies.Tcp(1010, 80, PolicyAction.Allow, "web")));
        var large = Policies.Ingress([.. Enumerable.Range(1000, 200).Select(port => Policies.Tcp(0, (ushort)port, PolicyAction.Allow, "many"))]);

        var full = Assert.Throws<DatapathException>(() => small.Datapath.SetPolicy(1, large));

        Assert.Contains("weir_policy", full.Message, StringComparison.Ordinal);
        Assert.Contains("--table-entries weir_policy", full.Message, StringComparison.Ordinal);
        using var socket = client.Connect(pod.IPv4, 80);
        Assert.NotNull(socket);
        small.Datapath.SetPolicy(1, Policies.Ingress([.. Enumerable.Range(1000, 50).Select(port => Policies.Tcp(0, (ushort)port, PolicyAction.Allow, "fewer"))]));
    }

    [Fact]
    public void A_detached_endpoint_leaves_no_connection_for_the_next_owner_of_its_address()
    {
        using var listener = Server.Listen(8080);
        using var socket = Client.Connect(Server.IPv4, 8080);
        Assert.NotNull(socket);
        Assert.NotEmpty(Node.Datapath.Probe.Connections());

        Node.Namespace.Run(() => Node.Datapath.Detach(2));

        Assert.Empty(Node.Datapath.Probe.Connections());
        Assert.Equal(Client.Spec, Assert.Single(Node.Datapath.Endpoints));
    }
}
