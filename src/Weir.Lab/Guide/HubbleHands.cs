namespace Weir.Lab.Guide;

/// <summary>What the guide can do with the cluster's Hubble, as a user at the shell does it.</summary>
public sealed record HubbleHands
{
    /// <summary>Takes the clients' certificate, key and CA out of the secret <c>hubble-relay-client-certs</c>; says where they are.</summary>
    public required Func<CancellationToken, Task<CommandResult>> FetchCertificatesAsync { get; init; }

    /// <summary>One line a pod of the relay, as <c>kubectl get pods -o wide</c> prints them.</summary>
    public required Func<CancellationToken, Task<CommandResult>> ListRelayPodsAsync { get; init; }

    /// <summary>
    /// Asks the relay by <c>weir observe</c> with these arguments, by mTLS through <c>kubectl port-forward</c>, and by a stock <c>hubble</c> too
    /// where the machine has one. Without kubectl: through the relay's socket on the machine. The output says which.
    /// </summary>
    public required Func<IReadOnlyList<string>, CancellationToken, Task<CommandResult>> ObserveAsync { get; init; }

    /// <summary>Describes a policy of the namespace <c>pets</c>.</summary>
    public required Func<string, CancellationToken, Task<CommandResult>> DescribePolicyAsync { get; init; }
}
