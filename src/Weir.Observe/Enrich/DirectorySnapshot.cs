using System.Collections.Frozen;
using Weir.Model;

namespace Weir.Observe.Enrich;

/// <summary>What is known about addresses and identities at one moment.</summary>
/// <param name="ByAddress">Pods and nodes by their addresses.</param>
/// <param name="ByIdentity">What an identity stands for, when the address says no more.</param>
/// <param name="Services">Which service a frontend address and port belong to.</param>
public sealed record DirectorySnapshot(
    FrozenDictionary<IpAddress, Endpoint> ByAddress,
    FrozenDictionary<uint, Endpoint> ByIdentity,
    FrozenDictionary<ServiceAddress, ServiceReference> Services)
{
    /// <summary>Nothing is known.</summary>
    public static DirectorySnapshot Empty { get; } = new(
        FrozenDictionary<IpAddress, Endpoint>.Empty,
        FrozenDictionary<uint, Endpoint>.Empty,
        FrozenDictionary<ServiceAddress, ServiceReference>.Empty);
}

/// <summary>Where a service answers.</summary>
/// <param name="Address">Its cluster or load-balancer address.</param>
/// <param name="Port">Its port; 0 stands for any port of the address.</param>
public readonly record struct ServiceAddress(IpAddress Address, ushort Port);
