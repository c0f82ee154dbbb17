using System.Net;
using System.Net.Sockets;
using Weir.Linux;
using Weir.Linux.Netlink;
using Xunit;

namespace Weir.Kernel.Lab;

public sealed class NetworkNamespaceTests
{
    public NetworkNamespaceTests() => Assert.SkipUnless(ProcessLife.IsRoot, "needs root, to make network namespaces");

    [Fact]
    public void A_new_namespace_has_loopback_alone_and_goes_with_its_file()
    {
        using var folder = new TestFolder();
        using (var ns = NetworkNamespace.Create(folder["a"]))
        using (var links = RouteNetlink.Open(ns))
        {
            var lo = Assert.Single(links.Links());
            Assert.Equal("lo", lo.Name);
            Assert.True(lo.IsUp);
            Assert.Equal([folder["a"]], Mounts.Below(folder.Path));
        }

        NetworkNamespace.Delete(folder["a"]);
        Assert.Empty(Mounts.Below(folder.Path));
        Assert.False(File.Exists(folder["a"]));
        NetworkNamespace.Delete(folder["a"]);
    }

    [Fact]
    public void A_second_namespace_on_the_same_file_is_refused()
    {
        using var folder = new TestFolder();
        using var first = NetworkNamespace.Create(folder["a"]);

        Assert.Throws<IOException>(() => NetworkNamespace.Create(folder["a"]));
    }

    [Fact]
    public void A_failure_inside_comes_out_as_it_is_and_the_caller_stays_where_it_was()
    {
        using var folder = new TestFolder();
        using var ns = NetworkNamespace.Create(folder["a"]);
        var before = new FileInfo("/proc/thread-self/ns/net").LinkTarget;

        Assert.Throws<InvalidDataException>(() => ns.Run(() => throw new InvalidDataException("inside")));
        Assert.NotEqual(before, ns.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget));
        Assert.Equal(before, new FileInfo("/proc/thread-self/ns/net").LinkTarget);
    }

    [Fact]
    public void A_sysctl_is_set_inside_only()
    {
        using var folder = new TestFolder();
        using var a = NetworkNamespace.Create(folder["a"]);
        using var b = NetworkNamespace.Create(folder["b"]);
        a.SetSysctl("ipv4/ip_forward", "1");
        b.SetSysctl("ipv4/ip_forward", "0");

        Assert.Equal("1", a.GetSysctl("ipv4/ip_forward"));
        Assert.Equal("0", b.GetSysctl("ipv4/ip_forward"));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", 32)]
    [InlineData("2001:db8::1", "2001:db8::2", 128)]
    public async Task Two_namespaces_joined_by_a_veth_exchange_bytes_over_host_routes(string near, string far, int bits)
    {
        using var folder = new TestFolder();
        using var a = NetworkNamespace.Create(folder["a"]);
        using var b = NetworkNamespace.Create(folder["b"]);
        Join(a, "left", near, b, "right", far, bits);

        using var listener = b.OpenSocket(IPAddress.Parse(far).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(far), 0));
        listener.Listen(1);
        using var client = a.OpenSocket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var served = await listener.AcceptAsync(TestContext.Current.CancellationToken);

        Assert.Equal(IPAddress.Parse(near), ((IPEndPoint)served.RemoteEndPoint!).Address);
    }

    [Fact]
    public void A_datagram_tells_whom_it_was_sent_to()
    {
        using var folder = new TestFolder();
        using var ns = NetworkNamespace.Create(folder["a"]);
        using var receiver = ns.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        TransparentSocket.SetTransparent(receiver);
        TransparentSocket.SetReceiveOriginalDestination(receiver);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 0));
        using var sender = ns.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var to = new IPEndPoint(IPAddress.Parse("127.0.0.7"), ((IPEndPoint)receiver.LocalEndPoint!).Port);
        sender.SendTo("hello"u8, to);

        Assert.True(TransparentSocket.Receive(receiver, new byte[100], wait: true, out var datagram));
        Assert.Equal(5, datagram.Length);
        Assert.Equal(to, datagram.Destination);
        Assert.Equal(((IPEndPoint)sender.LocalEndPoint!).Port, datagram.Source!.Port);
        Assert.False(TransparentSocket.Receive(receiver, new byte[100], wait: false, out _));
    }

    [Fact]
    public async Task A_process_started_on_a_namespace_thread_is_born_inside()
    {
        using var folder = new TestFolder();
        using var ns = NetworkNamespace.Create(folder["a"]);
        using var thread = new NamespaceThread("test");
        var output = await thread.RunAsync(ns, () =>
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("readlink", "/proc/self/ns/net") { RedirectStandardOutput = true })!;
            return process.StandardOutput.ReadToEnd().TrimEnd();
        });

        Assert.Equal(ns.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget), output);
    }

    [Fact]
    public void A_route_is_listed_as_it_was_added_and_removed_once()
    {
        using var folder = new TestFolder();
        using var a = NetworkNamespace.Create(folder["a"]);
        using var b = NetworkNamespace.Create(folder["b"]);
        Join(a, "left", "192.0.2.1", b, "right", "192.0.2.2", 32);
        using var links = RouteNetlink.Open(a);
        var route = new RouteState(IPAddress.Parse("198.51.100.0"), 24, IPAddress.Parse("192.0.2.2"), links.IndexOf("left"));

        links.SetRoute(route);
        Assert.Contains(route, links.Routes());
        links.DeleteRoute(route);
        links.DeleteRoute(route);
        Assert.DoesNotContain(route, links.Routes());
    }

    private static void Join(NetworkNamespace a, string nameA, string addressA, NetworkNamespace b, string nameB, string addressB, int bits)
    {
        using var inA = RouteNetlink.Open(a);
        using var inB = RouteNetlink.Open(b);
        inA.CreateVeth(new VethEnd(nameA), new VethEnd(nameB, b), 1400);
        foreach (var (links, name, own, other) in new[] { (inA, nameA, addressA, addressB), (inB, nameB, addressB, addressA) })
        {
            var link = links.Find(name)!;
            Assert.Equal(("veth", 1400), (link.Kind, link.Mtu));
            links.SetUp(link.Index);
            links.AddAddress(link.Index, IPAddress.Parse(own), bits);
            links.SetRoute(new RouteState(IPAddress.Parse(other), bits, null, link.Index));
        }
    }
}
