using System.CommandLine;

namespace Weir.Cli.Node;

/// <summary><c>weir agent</c>: the process that enforces and observes on one node.</summary>
internal static class AgentCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("agent", "Enforce policy and observe flows on this node");
}
