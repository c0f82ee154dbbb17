using Weir.Datapath.Model;

namespace Weir.Lab.Simulated;

/// <summary>A node: its tables, and the relay that redirected connections are handed to.</summary>
public sealed class SimulatedNode
{
    internal SimulatedNode(SimulatedNetwork network, string name, ModelDatapath datapath)
    {
        (Name, Datapath) = (name, datapath);
        Relay = new SimulatedHost(network, this, endpointId: 0, addresses: [], isRelay: true);
        _ = new SimulatedRelay(Relay).RunAsync();
    }

    /// <summary>The node's name.</summary>
    public string Name { get; }

    /// <summary>What decides the packets of this node.</summary>
    public ModelDatapath Datapath { get; }

    internal SimulatedHost Relay { get; }
}
