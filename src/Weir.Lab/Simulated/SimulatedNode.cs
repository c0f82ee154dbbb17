using Weir.Datapath.Model;
using Weir.Proxy;

namespace Weir.Lab.Simulated;

/// <summary>A node: its tables, and the relay that redirected connections are handed to.</summary>
public sealed class SimulatedNode
{
    private readonly SimulatedRelay _relay;

    internal SimulatedNode(SimulatedNetwork network, string name, ModelDatapath datapath)
    {
        (Name, Datapath) = (name, datapath);
        Relay = new SimulatedHost(network, this, endpointId: 0, addresses: [], isRelay: true);
        _relay = new SimulatedRelay(Relay);
        _ = _relay.RunAsync();
    }

    /// <summary>The node's name.</summary>
    public string Name { get; }

    /// <summary>What decides the packets of this node.</summary>
    public ModelDatapath Datapath { get; }

    internal SimulatedHost Relay { get; }

    /// <summary>Has redirected traffic judged before it is passed on.</summary>
    internal void Judge(ProxyFront front) => _relay.Front = front;
}
