using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary>What became of a packet at a hook.</summary>
/// <param name="Outcome">Where it goes.</param>
/// <param name="Reason">Why it was dropped; none otherwise.</param>
/// <param name="Mark">The mark that it carries on; it matters within the node only.</param>
/// <param name="ProxyPort">The proxy's port, of a redirected packet.</param>
/// <param name="Length">The frame's length in bytes: a reset is shorter than what it answers.</param>
public readonly record struct ModelVerdict(ModelOutcome Outcome, DropReason Reason, uint Mark, ushort ProxyPort, int Length)
{
    /// <summary>Whether the packet itself goes nowhere.</summary>
    public bool IsDropped => Outcome is ModelOutcome.Drop or ModelOutcome.Reset;
}

/// <summary>Where a packet goes.</summary>
public enum ModelOutcome
{
    /// <summary>On its way.</summary>
    Pass,

    /// <summary>Nowhere.</summary>
    Drop,

    /// <summary>To the proxy: to its listener, or to the socket that the proxy already has for the connection.</summary>
    Redirect,

    /// <summary>To the proxy's own outgoing socket, which it answers.</summary>
    ProxySocket,

    /// <summary>Nowhere; the frame now holds the TCP reset that goes back out of the interface that it came from.</summary>
    Reset,
}
