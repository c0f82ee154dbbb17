namespace Weir.Hub.Ui.State;

/// <summary>How a node is.</summary>
/// <param name="Name">The node.</param>
/// <param name="IsConnected">Whether its observer answers.</param>
/// <param name="Message">Why it does not; empty where it does.</param>
/// <param name="FlowsPerSecond">Flows that it saw in the last seconds, per second.</param>
/// <param name="Lost">Events that it lost lately.</param>
internal sealed record NodePulse(string Name, bool IsConnected, string Message, double FlowsPerSecond, long Lost);
