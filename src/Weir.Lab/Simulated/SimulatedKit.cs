using Weir.Lab.Network;
using Weir.Lab.Pods;

namespace Weir.Lab.Simulated;

/// <summary>What every pod of a simulated node uses.</summary>
/// <param name="Number">The node's number, from 1.</param>
/// <param name="Node">The node on the simulated network.</param>
/// <param name="Network">The simulated network.</param>
/// <param name="RunFolder">The lab's folder.</param>
/// <param name="AuthorityPem">The certificate authority that pods trust.</param>
/// <param name="Time">The clock.</param>
internal sealed record SimulatedKit(int Number, SimulatedNode Node, SimulatedNetwork Network, string RunFolder, string AuthorityPem, TimeProvider Time)
{
    /// <summary>The relay, whose pod is on one of the nodes.</summary>
    public required SimulatedHubble Hubble { get; init; }

    /// <summary>The images, of which only the names and entry points count here.</summary>
    public ImageStore Images { get; } = ImageStore.Of("/");

    /// <summary>The agent's socket, where a real node's CNI plugin asks too.</summary>
    public string AgentSocket => Path.Combine(RunFolder, LabAddresses.NodeName(Number), "agent.sock");

    /// <summary>A pod's folder.</summary>
    public string FolderOf(PodKey pod) => Path.Combine(RunFolder, "pods", $"{pod.Namespace}_{pod.Name}_{pod.Uid}");
}
