using Weir.Lab.Network;
using Weir.Lab.Processes;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>What every pod of a node uses.</summary>
/// <param name="Number">The node's number, from 1.</param>
/// <param name="Namespace">The node's network namespace.</param>
/// <param name="Network">Makes the pods' namespaces.</param>
/// <param name="Images">What pods may run.</param>
/// <param name="Starter">Starts processes.</param>
/// <param name="Options">The lab's.</param>
/// <param name="Time">The clock.</param>
internal sealed record NodeKit(int Number, NetworkNamespace Namespace, LabNetwork Network, ImageStore Images, ProcessStarter Starter, LabOptions Options, TimeProvider Time)
{
    /// <summary>The node's name.</summary>
    public string Name => LabAddresses.NodeName(Number);

    /// <summary>The agent's socket for the CNI plugin.</summary>
    public string AgentSocket => Path.Combine(Options.RunFolder, Name, "agent.sock");

    /// <summary>runc's own state.</summary>
    public string RuncFolder => Path.Combine(Options.RunFolder, "runc");

    /// <summary>The pods' folders.</summary>
    public string PodsFolder => Path.Combine(Options.RunFolder, "pods");

    /// <summary>The cgroup that the lab's containers are below.</summary>
    public static string Cgroup { get; } = string.Create(CultureInfo.InvariantCulture, $"weir-lab-{Environment.ProcessId}");
}
