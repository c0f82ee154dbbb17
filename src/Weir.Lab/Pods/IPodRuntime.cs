using System.Net;

namespace Weir.Lab.Pods;

/// <summary>What makes a node's pods out of something: namespaces and runc, or in a simulated lab this process.</summary>
internal interface IPodRuntime
{
    /// <summary>The node's number, from 1.</summary>
    int Node { get; }

    /// <summary>The clock.</summary>
    TimeProvider Time { get; }

    /// <summary>Makes a pod's network: when this returns its policy is in force.</summary>
    /// <exception cref="LabException">It was refused; the message says why.</exception>
    Task<IPodSandbox> CreateSandboxAsync(PodSpec pod, CancellationToken cancellation);

    /// <summary>The pods that a lab before this one left on the node, whole or not; their sandboxes and containers are taken over when they are made.</summary>
    IReadOnlyList<PodKey> FindLeft();

    /// <summary>Takes away what was left of a pod.</summary>
    Task RemoveLeftAsync(PodKey pod);

    /// <summary>Prepares a container, which does not run yet.</summary>
    ContainerLife CreateContainer(PodDocuments documents, IPodSandbox sandbox, ContainerSpec spec, Action changed);
}

/// <summary>A pod's network.</summary>
internal interface IPodSandbox
{
    /// <summary>The pod's folder on the machine.</summary>
    string Folder { get; }

    /// <summary>The pod's addresses, IPv4 first.</summary>
    IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Connects from inside the pod, where no policy stands in the way.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Refused, or there is no way.</exception>
    Task<Stream> ConnectAsync(IPEndPoint remote, CancellationToken cancellation);

    /// <summary>Whether a lab before this one made it: then the pod's containers may be running.</summary>
    bool IsAdopted { get; }

    /// <summary>Takes it away.</summary>
    Task RemoveAsync(CancellationToken cancellation);
}
