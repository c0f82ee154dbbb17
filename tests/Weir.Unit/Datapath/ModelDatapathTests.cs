using Weir.Datapath;
using Weir.Datapath.Abi;
using Weir.Datapath.Model;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Protocols.Ip;
using Xunit;

namespace Weir.Unit.Datapath;

public sealed class ModelDatapathTests : IDisposable
{
    private const uint Client = 1, Server = 2;
    private const byte Syn = 0x02, SynAck = 0x12, Ack = 0x10;

    private static readonly EndpointSpec s_client = Pod(Client, "192.168.1.5", 1001);
    private static readonly EndpointSpec s_server = Pod(Server, "192.168.1.6", 1002);
    private static readonly IpAddress s_service = IpAddress.Parse("10.0.0.20");

    private readonly ModelDatapath _datapath = new(new ModelDatapathOptions());
    private ulong _now = 1_000_000_000_000;
    private ulong _revision;

    public ModelDatapathTests()
    {
        foreach (var pod in (EndpointSpec[])[s_client, s_server])
        {
            _datapath.Attach(pod);
            _datapath.SetIdentity(IpPrefix.Of(pod.IPv4), pod.Identity);
        }
    }

    public void Dispose() => _datapath.Dispose();

    [Fact]
    public void A_new_endpoint_lets_nothing_pass_and_the_event_says_that_it_is_new()
    {
        var verdict = Send(s_client, s_server.IPv4, 80, Syn, out _);

        Assert.Equal((ModelOutcome.Drop, DropReason.PolicyDenied), (verdict.Outcome, verdict.Reason));
        var seen = Assert.Single(Events());
        Assert.Equal(RuleSet.Init, _datapath.ResolveRule(seen.EgressRule));
        Assert.Equal((byte)Verdict.Dropped, seen.Verdict);
    }

    [Fact]
    public void What_is_allowed_passes_there_and_back_and_the_event_names_the_rule()
    {
        Open(Client);
        Enforce(Server, Entry(1001, 80, PolicyAction.Allow, "web"));

        Assert.Equal(ModelMark.ToPod, Send(s_client, s_server.IPv4, 80, Syn, out _).Mark);
        Assert.Equal(ModelOutcome.Pass, Answer(s_server, s_client.IPv4, 80, SynAck).Outcome);
        Assert.Equal(DropReason.PolicyDenied, Send(s_client, s_server.IPv4, 81, Syn, out _).Reason);
        Assert.Equal("web", Assert.Single(_datapath.ResolveRule(Events()[0].IngressRule).Rules).Name);
    }

    [Fact]
    public void A_pod_cannot_send_with_anothers_address()
    {
        Open(Client);
        var frame = Tcp(s_server.IPv4, s_client.IPv4, 4000, 80, Syn);

        Assert.Equal(DropReason.InvalidSourceIp, Process(ModelHook.FromPod, Client, frame).Reason);
    }

    [Fact]
    public void A_revision_that_denies_ends_an_established_connection_and_one_that_allows_revives_it()
    {
        Open(Client);
        Open(Server);
        Send(s_client, s_server.IPv4, 80, Syn, out _);
        Answer(s_server, s_client.IPv4, 80, SynAck);

        Enforce(Server, Entry(0, 80, PolicyAction.Deny, "stop"));
        Assert.Equal(DropReason.PolicyDeny, Send(s_client, s_server.IPv4, 80, Ack, out _).Reason);
        Assert.Equal(DropReason.PolicyDeny, Answer(s_server, s_client.IPv4, 80, Ack).Reason);

        Open(Server);
        Assert.Equal(ModelOutcome.Pass, Send(s_client, s_server.IPv4, 80, Ack, out _).Outcome);
        Assert.Equal(ModelOutcome.Pass, Answer(s_server, s_client.IPv4, 80, Ack).Outcome);
    }

    [Fact]
    public void A_revision_that_redirects_resets_an_established_connection_and_takes_a_new_one_to_the_proxy()
    {
        _datapath.SetProxyPorts(40_001, 40_002);
        Open(Client);
        Open(Server);
        Send(s_client, s_server.IPv4, 80, Syn, out _);
        Answer(s_server, s_client.IPv4, 80, SynAck);

        Enforce(Server, Entry(1001, 80, PolicyAction.Redirect, "http"));
        var verdict = Send(s_client, s_server.IPv4, 80, Ack, out var reset);
        Assert.Equal(ModelOutcome.Reset, verdict.Outcome);
        PacketReader.ReadFrame(reset.AsSpan(0, verdict.Length), out var header);
        Assert.Equal((80, 4000, (byte)0x04), (header.SourcePort, header.DestinationPort, header.TcpFlags));

        verdict = Send(s_client, s_server.IPv4, 80, Syn, out _);
        Assert.Equal((ModelOutcome.Redirect, 40_001), (verdict.Outcome, verdict.ProxyPort));
    }

    [Fact]
    public void With_no_proxy_what_must_be_redirected_is_dropped()
    {
        Open(Client);
        Enforce(Server, Entry(1001, 80, PolicyAction.Redirect, "http"));

        Assert.Equal(DropReason.SocketLookupFailed, Send(s_client, s_server.IPv4, 80, Syn, out _).Reason);
    }

    [Fact]
    public void A_service_becomes_its_backend_and_the_answer_comes_from_the_service()
    {
        Open(Client);
        Open(Server);
        _datapath.SetServices([new ServiceSpec(s_service, 8080, IpProtocol.Tcp, [new BackendSpec(s_server.IPv4, 80, true)], false, 0)]);

        Send(s_client, s_service, 8080, Syn, out var frame);
        PacketReader.ReadFrame(frame, out var there);
        Assert.Equal((s_server.IPv4, 80), (new IpAddress(there.DestinationHigh, there.DestinationLow), there.DestinationPort));
        Assert.True(HasRightChecksum(frame, there));

        var answer = Tcp(s_server.IPv4, s_client.IPv4, 80, 4000, SynAck);
        Process(ModelHook.FromPod, Server, answer);
        PacketReader.ReadFrame(answer, out var back);
        Assert.Equal((s_service, 8080), (new IpAddress(back.SourceHigh, back.SourceLow), back.SourcePort));
        Assert.True(HasRightChecksum(answer, back));
    }

    [Fact]
    public void A_service_without_backends_drops()
    {
        Open(Client);
        _datapath.SetServices([new ServiceSpec(s_service, 8080, IpProtocol.Tcp, [], false, 0)]);

        Assert.Equal(DropReason.ServiceBackendNotFound, Send(s_client, s_service, 8080, Syn, out _).Reason);
    }

    [Fact]
    public void A_client_with_affinity_keeps_its_backend_until_it_has_been_away_for_long()
    {
        Open(Client);
        var backends = Enumerable.Range(10, 40).Select(i => new BackendSpec(IpAddress.Parse($"192.168.2.{i}"), 80, false)).ToArray();
        _datapath.SetServices([new ServiceSpec(s_service, 8080, IpProtocol.Tcp, backends, false, 600)]);

        var chosen = Enumerable.Range(0, 20).Select(_ => Backend()).Distinct().ToList();
        Assert.Single(chosen);
        _now += 601UL * 1_000_000_000;
        Assert.NotEqual([chosen[0]], Enumerable.Range(0, 5).Select(_ =>
        {
            var backend = Backend();
            _now += 601UL * 1_000_000_000;
            return backend;
        }).Distinct());

        IpAddress Backend()
        {
            _port++;
            Send(s_client, s_service, 8080, Syn, out var frame);
            PacketReader.ReadFrame(frame, out var header);
            return new IpAddress(header.DestinationHigh, header.DestinationLow);
        }
    }

    [Fact]
    public void Repeated_drops_are_counted_and_told_of_every_five_seconds()
    {
        for (var i = 0; i < 10; i++) Send(s_client, s_server.IPv4, 80, Syn, out _);
        _now += 5_000_000_000;
        Send(s_client, s_server.IPv4, 80, Syn, out _);

        Assert.Equal([0u, 9u], Events().Select(seen => seen.Suppressed));
        Assert.Equal(11UL, Assert.Single(_datapath.State.Counters).Value.Packets);
    }

    [Fact]
    public void Deciding_about_a_known_connection_allocates_nothing()
    {
        Open(Client);
        Open(Server);
        Send(s_client, s_server.IPv4, 80, Syn, out var frame);
        Process(ModelHook.FromPod, Client, frame);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Process(ModelHook.FromPod, Client, frame);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private ushort _port = 4000;

    private static EndpointSpec Pod(uint id, string address, uint identity) =>
        new(id, $"weir{id}", IpAddress.Parse(address), default, new SecurityIdentity(identity));

    private static (PolicyKey, PolicyEntry) Entry(uint peer, ushort port, PolicyAction action, string policy) =>
        (new PolicyKey(new SecurityIdentity(peer), IpProtocol.Tcp, port, 16),
            new PolicyEntry(action, PolicyMatch.L3L4, new RuleSet(DecisionBasis.Allow, [new RuleOrigin("NetworkPolicy", "ns", policy, "ingress", 0)])));

    private void Open(uint endpoint) => _datapath.SetPolicy(endpoint, new EndpointPolicy(++_revision, DirectionTable.Open, DirectionTable.Open));

    private void Enforce(uint endpoint, params (PolicyKey Key, PolicyEntry Entry)[] entries) => _datapath.SetPolicy(endpoint, new EndpointPolicy(
        ++_revision,
        new DirectionTable(true, new RuleSet(DecisionBasis.DefaultDeny, []), entries.ToDictionary(entry => entry.Key, entry => entry.Entry)),
        DirectionTable.Open));

    private ModelVerdict Send(EndpointSpec from, IpAddress to, ushort port, byte flags, out byte[] frame)
    {
        frame = Tcp(from.IPv4, to, _port, port, flags);
        return Process(ModelHook.FromPod, from.Id, frame);
    }

    private ModelVerdict Answer(EndpointSpec from, IpAddress to, ushort port, byte flags) =>
        Process(ModelHook.FromPod, from.Id, Tcp(from.IPv4, to, port, _port, flags));

    private ModelVerdict Process(ModelHook hook, uint endpoint, byte[] frame) => _datapath.Process(hook, endpoint, frame, 0, _now);

    private static byte[] Tcp(IpAddress source, IpAddress destination, ushort sourcePort, ushort destinationPort, byte flags)
    {
        var frame = new byte[54];
        PacketWriter.WriteFrame(
            frame,
            new PacketSpec
            {
                SourceLow = source.Low,
                DestinationLow = destination.Low,
                SourcePort = sourcePort,
                DestinationPort = destinationPort,
                TcpFlags = flags,
            },
            []);
        return frame;
    }

    private static bool HasRightChecksum(byte[] frame, PacketHeader header) =>
        InternetChecksum.Fold(InternetChecksum.Add(0, frame.AsSpan(14, 20))) == 0xFFFF
        && InternetChecksum.Fold(InternetChecksum.Add(InternetChecksum.PseudoHeader(header, 20), frame.AsSpan(34))) == 0xFFFF;

    private List<EventAbi> Events()
    {
        var log = new Log();
        _datapath.ReadEvents(log, TimeSpan.Zero);
        return log.Seen;
    }

    private sealed class Log : IEventSink
    {
        public List<EventAbi> Seen { get; } = [];

        public void OnEvent(in EventAbi seen) => Seen.Add(seen);
    }
}
