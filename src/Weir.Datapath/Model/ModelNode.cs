using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary>The programs of bpf/weir.bpf.c in managed memory: a packet in, a decision out, the same maps changed. One caller at a time.</summary>
/// <remarks>
/// from_pod and from_uplink decide: parse, source check, fragments, service translation, connection tracking, policy, redirect;
/// then deliver. to_pod and to_uplink check that this was done, and decide what the node itself sends.
/// </remarks>
internal sealed class ModelNode
{
    private readonly ModelState _state;
    private readonly EventReporter _reporter;
    private readonly ModelServices _services;
    private readonly Judge _judge;
    private readonly ModelPacket _packet = new();

    public ModelNode(ModelState state)
    {
        _state = state;
        _reporter = new EventReporter(state);
        _services = new ModelServices(state);
        _judge = new Judge(state, _reporter);
    }

    public ModelPacket LastPacket => _packet;

    /// <summary>Runs one hook's program; translation writes to <paramref name="frame"/>.</summary>
    public ModelVerdict Process(ModelHook hook, uint endpointId, Span<byte> frame, uint mark, ulong nowNs)
    {
        _packet.Reset(nowNs, (uint)frame.Length - PacketReader.EthernetLength, _state.Endpoints.GetValueOrDefault(endpointId));
        return hook switch
        {
            ModelHook.FromPod => FromPod(frame, mark),
            ModelHook.ToPod => ToPod(frame, mark),
            ModelHook.FromUplink => FromUplink(frame, mark),
            _ => ToUplink(frame, mark),
        };
    }

    private ModelVerdict FromPod(Span<byte> frame, uint mark)
    {
        if (_packet.Endpoint is not { } endpoint) return Drop(frame, DropReason.EndpointNotReady, mark);
        var reason = PacketParser.Parse(frame, _packet, out var isArp);
        if (ModelMark.Is(mark, ModelMark.Bounced)) return TakeBounced(frame, reason, isArp, mark);
        if (isArp || _packet.IsNeighbourTalk) return Pass(frame, mark);
        if (reason != DropReason.None) return Drop(frame, reason, mark);

        (_packet.Fresh.SourceEndpoint, _packet.Fresh.SourceIdentity) = (endpoint.Id, endpoint.Identity.Value);
        if (_packet.Tuple.Source != (_packet.Header.IsIPv4 ? endpoint.IPv4 : endpoint.IPv6)) return Drop(frame, DropReason.InvalidSourceIp, mark);
        reason = FragmentPorts.Apply(_state, _packet);
        if (reason == DropReason.None) reason = _services.Translate(_packet, isAtUplink: false);
        if (reason != DropReason.None) return Drop(frame, reason, mark);

        var outcome = _judge.Decide(_packet, ModelHook.FromPod, out reason);
        return Deliver(frame, outcome, reason, mark);
    }

    private ModelVerdict FromUplink(Span<byte> frame, uint mark)
    {
        var reason = PacketParser.Parse(frame, _packet, out var isArp);
        if (isArp || _packet.IsNeighbourTalk) return Pass(frame, mark);
        if (reason == DropReason.None) reason = FragmentPorts.Apply(_state, _packet);
        if (reason == DropReason.None) reason = _services.Translate(_packet, isAtUplink: true);

        // What is not for a pod of this node is the node's own business, whatever it is.
        var isOurs = _packet.IsTranslated || reason == DropReason.ServiceBackendNotFound || _state.Addresses.ContainsKey(_packet.Tuple.Destination);
        if (!isOurs) return Pass(frame, mark);
        if (reason != DropReason.None) return Drop(frame, reason, mark);
        var outcome = _judge.Decide(_packet, ModelHook.FromUplink, out reason);
        return Deliver(frame, outcome, reason, mark);
    }

    private ModelVerdict ToPod(Span<byte> frame, uint mark)
    {
        if (ModelMark.Is(mark, ModelMark.ToPod)) return Pass(frame, mark);
        if (_packet.Endpoint is not { } endpoint) return Drop(frame, DropReason.EndpointNotReady, mark);
        var reason = PacketParser.Parse(frame, _packet, out var isArp);
        if (isArp || _packet.IsNeighbourTalk) return Pass(frame, mark);
        (_packet.Fresh.DestinationEndpoint, _packet.Fresh.DestinationIdentity) = (endpoint.Id, endpoint.Identity.Value);
        _packet.EndpointReceives = true;
        if (reason == DropReason.None) reason = FragmentPorts.Apply(_state, _packet);
        if (reason != DropReason.None) return Drop(frame, reason, mark);

        _packet.Wire = _packet.Tuple;
        if (ModelMark.Is(mark, ModelMark.Upstream)) reason = _judge.DecideProxy(_packet);
        else if (_judge.Decide(_packet, ModelHook.ToPod, out reason) == ModelOutcome.Redirect) return Bounce(frame, mark);
        return Finish(frame, reason, mark, ModelMark.With(mark, ModelMark.ToPod));
    }

    private ModelVerdict ToUplink(Span<byte> frame, uint mark)
    {
        if (ModelMark.Is(mark, ModelMark.Out)) return Pass(frame, mark);
        var reason = PacketParser.Parse(frame, _packet, out var isArp);
        if (isArp || _packet.IsNeighbourTalk) return Pass(frame, mark);
        if (reason == DropReason.None) reason = FragmentPorts.Apply(_state, _packet);

        _packet.Wire = _packet.Tuple;
        if (ModelMark.Is(mark, ModelMark.Upstream))
        {
            if (reason == DropReason.None) reason = _judge.DecideProxy(_packet);
        }
        else
        {
            if (!_state.Addresses.ContainsKey(_packet.Tuple.Source)) return Pass(frame, mark); // the node's own
            if (reason == DropReason.None) reason = _judge.DecideAnswer(_packet);
        }

        return Finish(frame, reason, mark, mark);
    }

    /// <summary>Does to an entering packet what was decided about it.</summary>
    private ModelVerdict Deliver(Span<byte> frame, ModelOutcome outcome, DropReason reason, uint mark)
    {
        if (reason == DropReason.PuntProxy && _packet.Tuple.Protocol == TransportProtocol.Tcp && !_packet.IsReply && !_packet.IsLaterFragment)
        {
            _reporter.ReportDrop(_packet, _packet.Fresh, reason);
            const byte reset = 0x04;
            if ((_packet.TcpFlags & reset) != 0 || _packet.IsLaterFragment) return new ModelVerdict(ModelOutcome.Drop, reason, mark, 0, frame.Length);
            var length = PacketReset.Write(frame, _packet);
            return new ModelVerdict(ModelOutcome.Reset, reason, ModelMark.With(mark, _packet.EndpointId != 0 ? ModelMark.ToPod : ModelMark.Out), 0, length);
        }

        if (outcome == ModelOutcome.Drop) return Drop(frame, reason, mark);
        reason = PacketRewriter.ToBackend(frame, _packet);
        if (reason != DropReason.None) return Drop(frame, reason, mark);
        if (outcome != ModelOutcome.Pass)
        {
            reason = GiveToProxy(outcome);
            var redirected = ModelMark.With(mark, ModelMark.Proxy);
            if (reason != DropReason.None) return Drop(frame, reason, redirected);
            _reporter.CountPassed(_packet, _packet.Fresh, Verdict.Redirected);
            return new ModelVerdict(outcome, DropReason.None, redirected, _packet.ProxyPort, frame.Length);
        }

        var isToLocalPod = (_packet.IsReply ? _packet.Fresh.SourceEndpoint : _packet.Fresh.DestinationEndpoint) != 0;
        return Finish(frame, DropReason.None, mark, ModelMark.With(mark, isToLocalPod ? ModelMark.ToPod : ModelMark.Out));
    }

    /// <summary>Why a packet cannot be handed to a proxy; none where it can.</summary>
    private DropReason GiveToProxy(ModelOutcome outcome)
    {
        if (_packet.IsIcmpError) return DropReason.None;

        // Put together again, a datagram has lost its socket.
        if (_packet.IsFirstFragment || _packet.IsLaterFragment) return DropReason.ProxyRedirectionNotSupported;
        return outcome == ModelOutcome.Redirect && _packet.ProxyPort == 0 ? DropReason.SocketLookupFailed : DropReason.None;
    }

    /// <summary>Sends the node's own packet for a pod to the entrance of the pod's interface: only there a socket can take it.</summary>
    private ModelVerdict Bounce(Span<byte> frame, uint mark)
    {
        _reporter.CountPassed(_packet, _packet.Fresh, Verdict.Redirected);
        return new ModelVerdict(ModelOutcome.Redirect, DropReason.None, ModelMark.With(mark, ModelMark.Bounced), _packet.ProxyPort, frame.Length);
    }

    private ModelVerdict TakeBounced(Span<byte> frame, DropReason reason, bool isArp, uint mark)
    {
        if (isArp) return Pass(frame, mark);
        var taken = ModelMark.With(mark, ModelMark.Proxy);
        if (reason != DropReason.None) return Drop(frame, reason, mark);
        _packet.ProxyPort = _judge.ProxyPortOf(_packet);
        reason = GiveToProxy(ModelOutcome.Redirect);
        return reason != DropReason.None
            ? Drop(frame, reason, taken)
            : new ModelVerdict(ModelOutcome.Redirect, DropReason.None, taken, _packet.ProxyPort, frame.Length);
    }

    /// <summary>Gives a reply its service address back and lets it pass, or drops the packet.</summary>
    private ModelVerdict Finish(Span<byte> frame, DropReason reason, uint mark, uint passed)
    {
        if (reason == DropReason.None) reason = PacketRewriter.FromBackend(frame, _packet, _packet.Fresh);
        if (reason != DropReason.None) return Drop(frame, reason, mark);
        _reporter.CountPassed(_packet, _packet.Fresh, Verdict.Forwarded);
        return Pass(frame, passed);
    }

    private static ModelVerdict Pass(Span<byte> frame, uint mark) => new(ModelOutcome.Pass, DropReason.None, mark, 0, frame.Length);

    private ModelVerdict Drop(Span<byte> frame, DropReason reason, uint mark)
    {
        _reporter.ReportDrop(_packet, _packet.Fresh, reason);
        return new ModelVerdict(ModelOutcome.Drop, reason, mark, 0, frame.Length);
    }
}
