using Weir.Observe.Hubble;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Relay;

/// <summary>What a relay knows of a node right now.</summary>
/// <param name="Node">The node.</param>
/// <param name="State">Whether it answers.</param>
/// <param name="Reason">Why it does not; empty where it does.</param>
public sealed record PeerState(PeerNode Node, NodeState State, string Reason);
