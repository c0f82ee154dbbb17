using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Kernel.Datapath;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Weir.Protocols.Dns;
using Xunit;

namespace Weir.Kernel.Proxy;

/// <summary>The real DNS proxy behind the real datapath: what it refuses, what it learns, and what is open before and after.</summary>
public sealed class DnsProxyTests : NodeTests
{
    private const int SitePort = 4433, Names = 10_000, AtOnce = 32;

    private readonly RelayProcess _proxy;
    private readonly TestNameServer _server;
    private readonly Socket _site;

    public DnsProxyTests()
    {
        _proxy = new RelayProcess(Node);
        _server = new TestNameServer(Server);
        World.Namespace.Ip("route add local 198.18.0.0/15 dev lo");
        _site = World.Namespace.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 << 20, ReceiveTimeout = 1000 };
            socket.Bind(new IPEndPoint(IPAddress.Any, SitePort));
            return socket;
        });
        _proxy.SetPolicy(1, Policy("*.test"));
    }

    public override void Dispose()
    {
        _site?.Dispose();
        _server?.Dispose();
        _proxy?.Dispose();
        base.Dispose();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_name_that_policy_allows_is_answered_and_another_refused_over_either_transport(bool ipv6, bool tcp)
    {
        var allowed = Ask("n1.test", ipv6, tcp);
        var refused = Ask("n1.other", ipv6, tcp);

        Assert.Equal((DnsResponseCode.NoError, 1), (allowed.Code, allowed.Answers));
        Assert.Equal((DnsResponseCode.Refused, 0), (refused.Code, refused.Answers));
        var address = IPAddress.Parse(Address(Client, ipv6)).MapToIPv6();
        Assert.Equal($"{(tcp ? "tcp" : "udp")} {address}", Assert.Single(_server.Askers.Keys));
    }

    [Fact]
    public void A_hundred_answers_and_a_name_that_does_not_exist_come_through()
    {
        Assert.Equal((DnsResponseCode.NoError, true), (Ask("many.test", false, false).Code, Ask("many.test", false, false).IsCut));
        Assert.Equal(100, Ask("many.test", false, true).Answers);
        Assert.Equal(DnsResponseCode.NameError, Ask("none.test", false, false).Code);
    }

    [Fact]
    public void Ten_thousand_fresh_names_are_open_with_their_answers_and_none_before()
    {
        var arrived = new HashSet<int>();
        var leaks = 0;
        var stop = false;
        var counting = new Thread(() => Count(arrived, ref leaks, ref stop));
        counting.Start();

        using var lookups = Client.Datagrams(0);
        using var connections = Client.Datagrams(0);
        var server = new IPEndPoint(IPAddress.Parse(Server.IPv4).MapToIPv6(), 53);
        var buffer = new byte[1500];
        var next = 0;
        for (; next < AtOnce; next++) Begin(next);
        for (var answered = 0; answered < Names; answered++)
        {
            EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
            var got = lookups.ReceiveFrom(buffer, ref from);
            Assert.Equal(server, from);
            var number = NumberOf(buffer.AsSpan(0, got));

            // At once: the answer has just been released.
            connections.SendTo(Encoding.ASCII.GetBytes($"+{number}"), SiteOf(number));
            if (next < Names) Begin(next++);
        }

        stop = true;
        counting.Join();
        Assert.Equal(0, leaks);
        Assert.Equal(Names, arrived.Count);

        void Begin(int number)
        {
            connections.SendTo(Encoding.ASCII.GetBytes($"-{number}"), SiteOf(number)); // not asked for yet
            Span<byte> query = stackalloc byte[300];
            lookups.SendTo(query[..TestNameServer.Query(query, (ushort)number, $"n{number}.test")], server);
        }
    }

    [Fact]
    public void What_was_learned_stays_open_without_agent_and_without_proxy_and_lookups_work_again_with_it()
    {
        Ask("n1.test", false, false);
        Assert.True(Reaches(1));

        _proxy.LoseAgent();
        Assert.Equal(DnsResponseCode.NoError, Ask("n2.test", false, false).Code);
        Assert.True(Reaches(2));

        _proxy.Kill();
        Assert.True(Reaches(1));
        Assert.False(Reaches(3));
        Assert.Throws<SocketException>(() => Ask("n3.test", false, false));

        _proxy.Start();
        Assert.True(Reaches(1));
        Assert.True(Reaches(2));
        Assert.False(Reaches(3));
        Assert.Equal(DnsResponseCode.NoError, Ask("n3.test", false, false).Code);
        Assert.True(Reaches(3));
    }

    [Fact]
    public void A_policy_that_names_other_names_closes_the_addresses_of_those_before()
    {
        Ask("n1.test", false, false);
        Ask("n2.test", false, false);
        Assert.True(Reaches(1));

        _proxy.SetPolicy(1, Policy("n2.*"));

        Assert.False(Reaches(1));
        Assert.True(Reaches(2));
    }

    [Fact]
    public void A_name_answered_with_the_address_of_a_pod_opens_no_way_to_the_pod()
    {
        Node.Datapath.SetIdentity(IpPrefix.Parse("198.18.0.10/32"), new SecurityIdentity(1234)); // of n9.test
        Ask("n9.test", false, false);

        Assert.False(Reaches(9));
    }

    private static EndpointPolicy Policy(string names)
    {
        var rules = Policies.Rule("dns");
        var redirect = new PolicyEntry(PolicyAction.Redirect, PolicyMatch.L3L4, rules, new L7Rules("dns")
        {
            Alternatives = [new L7Alternative { Dns = [new NamePattern("*.test", true)] }],
        });
        var allow = new PolicyEntry(PolicyAction.Allow, PolicyMatch.L3L4, Policies.Rule("names"));
        var server = new SecurityIdentity(ServerIdentity);
        var written = Policies.Egress();
        return written with
        {
            Egress = written.Egress with
            {
                Entries = new Dictionary<PolicyKey, PolicyEntry>
                {
                    [new PolicyKey(server, IpProtocol.Udp, 53, 16)] = redirect,
                    [new PolicyKey(server, IpProtocol.Tcp, 53, 16)] = redirect,
                },
                Names =
                [
                    new NamedEntries(
                        new NamePattern(names, true),
                        new Dictionary<PolicyKey, PolicyEntry> { [new PolicyKey(SecurityIdentity.Unknown, IpProtocol.Udp, SitePort & 0xfff0, 12)] = allow }),
                ],
            },
        };
    }

    private static IPEndPoint SiteOf(int number) => new(IPAddress.Parse(TestNameServer.AddressOf(number).ToString()).MapToIPv6(), SitePort);

    private static int NumberOf(ReadOnlySpan<byte> answer)
    {
        var reader = new DnsReader(answer);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        Assert.True(reader.NextAnswer(name, out var length, out _));
        return int.Parse(Encoding.ASCII.GetString(name[1..length]).Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a datagram to a name's address arrives.</summary>
    private bool Reaches(int number)
    {
        using var socket = Client.Datagrams(0);
        var text = $"?{number} {Guid.NewGuid():N}";
        socket.SendTo(Encoding.ASCII.GetBytes(text), SiteOf(number));
        var buffer = new byte[100];
        _site.ReceiveTimeout = 300;
        try
        {
            while (true)
            {
                var got = _site.Receive(buffer);
                if (Encoding.ASCII.GetString(buffer, 0, got) == text) return true;
            }
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Count(HashSet<int> arrived, ref int leaks, ref bool stop)
    {
        var buffer = new byte[100];
        _site.ReceiveTimeout = 500;
        while (true)
        {
            try
            {
                var text = Encoding.ASCII.GetString(buffer, 0, _site.Receive(buffer));
                if (text[0] == '+') arrived.Add(int.Parse(text.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
                else leaks++;
            }
            catch (SocketException)
            {
                if (Volatile.Read(ref stop)) return;
            }
        }
    }

    private (DnsResponseCode Code, int Answers, bool IsCut) Ask(string name, bool ipv6, bool tcp)
    {
        var message = new byte[65538];
        var length = TestNameServer.Query(message.AsSpan(2), 4711, name);
        var server = Address(Server, ipv6);
        if (tcp)
        {
            using var socket = Client.Connect(server, 53);
            Assert.NotNull(socket);
            BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)length);
            socket.Send(message.AsSpan(0, length + 2));
            using var stream = new NetworkStream(socket);
            stream.ReadExactly(message.AsSpan(0, 2));
            length = BinaryPrimitives.ReadUInt16BigEndian(message);
            stream.ReadExactly(message.AsSpan(2, length));
        }
        else
        {
            using var socket = Client.Datagrams(0);
            socket.SendTo(message.AsSpan(2, length), new IPEndPoint(IPAddress.Parse(server).MapToIPv6(), 53));
            EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
            length = socket.ReceiveFrom(message.AsSpan(2), ref from);
            Assert.Equal(new IPEndPoint(IPAddress.Parse(server).MapToIPv6(), 53), from);
        }

        DnsHeader.Read(message.AsSpan(2, length), out var header);
        Assert.Equal(4711, header.Id);
        Assert.True(header.IsResponse);
        return (header.Code, header.Answers, header.IsCut);
    }
}
