using Weir.Datapath.Model;
using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Lab.Simulated;

/// <summary>
/// Joins workloads that run in this process. Whatever one sends to another becomes frames, and each frame passes the managed
/// tables of every node on its way, at the hooks where a real one would: what they drop does not arrive.
/// </summary>
/// <remarks>Needs no privilege. Nothing here decides anything: verdicts and flows are the tables' own.</remarks>
public sealed class SimulatedNetwork
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _startTimestamp;
    private readonly long _startNanoseconds;
    private volatile Topology _topology = Topology.Empty;
    private uint _lastConnection;

    /// <summary>Makes an empty network.</summary>
    public SimulatedNetwork(TimeProvider time)
    {
        _time = time;
        _startTimestamp = time.GetTimestamp();
        _startNanoseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
    }

    internal TimeProvider Time => _time;

    /// <summary>The clock that events carry: nanoseconds since 1970, so that the offset to wall-clock time is 0; it never goes back.</summary>
    public ulong NowNanoseconds => (ulong)(_startNanoseconds + (_time.GetElapsedTime(_startTimestamp).Ticks * 100));

    /// <summary>Adds a node with its tables, which stay the caller's.</summary>
    public SimulatedNode AddNode(string name, ModelDatapath datapath) => new(this, name, datapath);

    /// <summary>Adds a pod to a node. It has a network at once; what it may do is for the node's tables to say.</summary>
    /// <param name="node">Where it runs.</param>
    /// <param name="endpointId">As attached to the node's datapath.</param>
    /// <param name="addresses">Its addresses; none may be another's.</param>
    public SimulatedHost AddPod(SimulatedNode node, uint endpointId, params IReadOnlyList<IpAddress> addresses) =>
        Add(new SimulatedHost(this, node, endpointId, addresses));

    /// <summary>Adds a machine outside the cluster.</summary>
    public SimulatedHost AddOutside(params IReadOnlyList<IpAddress> addresses) => Add(new SimulatedHost(this, node: null, endpointId: 0, addresses));

    /// <summary>Takes a host away: its sockets end, and its addresses are free.</summary>
    public void Remove(SimulatedHost host)
    {
        lock (_lock) _topology = _topology.Without(host);
        host.Close();
    }

    /// <summary>Sends the traffic from outside to a range of addresses (load balancers) to a node; null takes the route away.</summary>
    public void SetRoute(IpPrefix destination, SimulatedNode? node)
    {
        lock (_lock) _topology = _topology.WithRoute(destination, node);
    }

    /// <summary>Sends a frame that a host makes.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="frame">The frame; hooks rewrite it.</param>
    /// <returns>Whether it arrived, and when the receiver has room again.</returns>
    internal Delivery Send(SimulatedHost from, byte[] frame)
    {
        if (from.IsRelay) return SendFromStack(from.Node!, frame, ModelMark.Upstream);
        if (from.Node is not { } node) return EnterFromOutside(frame);
        var verdict = node.Datapath.Process(ModelHook.FromPod, from.EndpointId, frame, 0, NowNanoseconds);
        return verdict.Outcome switch
        {
            ModelOutcome.Pass => SendFromStack(node, frame, verdict.Mark),
            ModelOutcome.Redirect or ModelOutcome.ProxySocket => node.Relay.Receive(frame),
            ModelOutcome.Reset => from.Receive(frame[..verdict.Length]),
            _ => Delivery.Lost,
        };
    }

    /// <summary>A number for a new connection; 0 is none's.</summary>
    internal uint NextConnection()
    {
        uint number;
        do number = Interlocked.Increment(ref _lastConnection);
        while (number == 0);
        return number;
    }

    private SimulatedHost Add(SimulatedHost host)
    {
        lock (_lock) _topology = _topology.With(host);
        return host;
    }

    /// <summary>What a node's network stack does with a frame: to a pod of its own, or out of the uplink.</summary>
    private Delivery SendFromStack(SimulatedNode node, byte[] frame, uint mark)
    {
        var to = _topology.Find(DestinationOf(frame));
        if (to?.Node == node) return EnterPod(to, frame, mark);
        var verdict = node.Datapath.Process(ModelHook.ToUplink, 0, frame, mark, NowNanoseconds);
        if (verdict.IsDropped) return Delivery.Lost;
        to = _topology.Find(DestinationOf(frame));
        if (to is null) return _topology.RouteOf(DestinationOf(frame)) is { } routed && routed != node ? EnterNode(routed, frame) : Delivery.Lost;
        return to.Node is { } other ? EnterNode(other, frame) : to.Receive(frame);
    }

    private Delivery EnterFromOutside(byte[] frame)
    {
        var destination = DestinationOf(frame);
        var to = _topology.Find(destination);
        if (to is { Node: null }) return to.Receive(frame);
        return (to?.Node ?? _topology.RouteOf(destination)) is { } node ? EnterNode(node, frame) : Delivery.Lost;
    }

    private Delivery EnterNode(SimulatedNode node, byte[] frame)
    {
        var verdict = node.Datapath.Process(ModelHook.FromUplink, 0, frame, 0, NowNanoseconds);
        switch (verdict.Outcome)
        {
            case ModelOutcome.Pass:
                return _topology.Find(DestinationOf(frame)) is { } to && to.Node == node ? EnterPod(to, frame, verdict.Mark) : Delivery.Lost;
            case ModelOutcome.Redirect or ModelOutcome.ProxySocket:
                return node.Relay.Receive(frame);
            case ModelOutcome.Reset:
                SendFromStack(node, frame[..verdict.Length], verdict.Mark);
                return Delivery.Lost;
            default:
                return Delivery.Lost;
        }
    }

    private Delivery EnterPod(SimulatedHost to, byte[] frame, uint mark)
    {
        var verdict = to.Node!.Datapath.Process(ModelHook.ToPod, to.EndpointId, frame, mark, NowNanoseconds);
        return verdict.Outcome == ModelOutcome.Pass ? to.Receive(frame) : Delivery.Lost;
    }

    private static IpAddress DestinationOf(byte[] frame)
    {
        PacketReader.ReadFrame(frame, out var header);
        return new IpAddress(header.DestinationHigh, header.DestinationLow);
    }
}
