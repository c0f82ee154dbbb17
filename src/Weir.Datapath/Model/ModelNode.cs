using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary>The programs of bpf/weir.bpf.c in managed memory: a packet in, a decision out, the same maps changed. One caller at a time.</summary>
internal sealed class ModelNode
{
    private readonly ModelState _state;
    private readonly EventReporter _reporter;
    private readonly Judge _judge;
    private readonly ModelPacket _packet = new();

    public ModelNode(ModelState state)
    {
        _state = state;
        _reporter = new EventReporter(state);
        _judge = new Judge(state, _reporter);
    }

    /// <summary>Runs one hook's program; translation writes to <paramref name="frame"/>.</summary>
    public ModelVerdict Process(ModelHook hook, uint endpointId, Span<byte> frame, uint mark, ulong nowNs) => hook switch
    {
        ModelHook.FromPod => FromPod(endpointId, frame, mark, nowNs),
        ModelHook.ToPod => ToPod(endpointId, frame, mark, nowNs),
        ModelHook.FromUplink => FromUplink(frame, mark, nowNs),
        _ => ToUplink(frame, mark, nowNs),
    };

    private ModelVerdict FromPod(uint endpointId, Span<byte> frame, uint mark, ulong nowNs)
    {
        if (!Begin(endpointId, frame, nowNs)) return Drop(DropReason.EndpointNotReady, mark);
        var reason = PacketParser.Parse(frame, _packet, out var isArp);
        if (isArp || _packet.IsNeighbourTalk) return Pass(mark);
        if (reason != DropReason.None) return Drop(reason, mark);
        if (_packet.Tuple.Source != (_packet.Header.IsIPv4 ? _packet.Endpoint!.IPv4 : _packet.Endpoint!.IPv6)) return Drop(DropReason.InvalidSourceIp, mark);

        var outcome = _judge.Decide(_packet, ModelHook.FromPod, out _, out reason);
        var fresh = _packet.Fresh.DestinationEndpoint != 0 ? ModelMark.ToPod : ModelMark.Out;
        return Deliver(outcome, reason, ModelMark.With(mark, fresh), mark);
    }

    private ModelVerdict ToPod(uint endpointId, Span<byte> frame, uint mark, ulong nowNs)
    {
        if (ModelMark.Is(mark, ModelMark.ToPod)) return Pass(mark);
        if (!Begin(endpointId, frame, nowNs)) return Drop(DropReason.EndpointNotReady, mark);
        var reason = PacketParser.Parse(frame, _packet, out var isArp);
        if (isArp || _packet.IsNeighbourTalk) return Pass(mark);
        if (reason != DropReason.None) return Drop(reason, mark);
        var outcome = _judge.Decide(_packet, ModelHook.ToPod, out _, out reason);
        return outcome == ModelOutcome.Drop ? new ModelVerdict(outcome, reason, mark, 0) : Pass(mark);
    }

    private ModelVerdict FromUplink(Span<byte> frame, uint mark, ulong nowNs)
    {
        Begin(0, frame, nowNs);
        var reason = PacketParser.Parse(frame, _packet, out var isArp);
        if (isArp || _packet.IsNeighbourTalk) return Pass(mark);

        // What is not for a pod of this node is the node's own business, whatever it is.
        if (!_state.Addresses.ContainsKey(_packet.Tuple.Destination)) return Pass(mark);
        if (reason != DropReason.None) return Drop(reason, mark);
        var outcome = _judge.Decide(_packet, ModelHook.FromUplink, out _, out reason);
        return Deliver(outcome, reason, ModelMark.With(mark, ModelMark.ToPod), mark);
    }

    private ModelVerdict ToUplink(Span<byte> frame, uint mark, ulong nowNs)
    {
        if (ModelMark.Is(mark, ModelMark.Out)) return Pass(mark);
        Begin(0, frame, nowNs);
        var reason = PacketParser.Parse(frame, _packet, out var isArp);

        // What no pod of this node sends is the node's own.
        if (isArp || !_state.Addresses.ContainsKey(_packet.Tuple.Source)) return Pass(mark);
        return Drop(reason != DropReason.None ? reason : DropReason.InvalidSourceIp, mark);
    }

    private bool Begin(uint endpointId, Span<byte> frame, ulong nowNs)
    {
        _packet.Reset(nowNs, (uint)frame.Length - 14, _state.Endpoints.GetValueOrDefault(endpointId));
        return _packet.Endpoint is not null;
    }

    private ModelVerdict Deliver(ModelOutcome outcome, DropReason reason, uint passed, uint mark) => outcome switch
    {
        ModelOutcome.Pass => Pass(passed),
        ModelOutcome.Drop => new ModelVerdict(outcome, reason, mark, 0),
        _ => new ModelVerdict(outcome, DropReason.None, ModelMark.With(mark, ModelMark.Proxy), _packet.ProxyPort),
    };

    private static ModelVerdict Pass(uint mark) => new(ModelOutcome.Pass, DropReason.None, mark, 0);

    private ModelVerdict Drop(DropReason reason, uint mark)
    {
        _reporter.ReportDrop(_packet, _packet.Fresh, reason);
        return new ModelVerdict(ModelOutcome.Drop, reason, mark, 0);
    }
}
