using System.Collections.Immutable;
using Weir.Model;

namespace Weir.Lab.Simulated;

/// <summary>Who has which address, and where load-balancer addresses lead; immutable, so that frames in flight need no lock.</summary>
internal sealed record Topology(
    ImmutableDictionary<IpAddress, SimulatedHost> Hosts,
    ImmutableDictionary<IpPrefix, SimulatedNode> Routes)
{
    public static Topology Empty { get; } = new(ImmutableDictionary<IpAddress, SimulatedHost>.Empty, ImmutableDictionary<IpPrefix, SimulatedNode>.Empty);

    public SimulatedHost? Find(IpAddress address) => Hosts.GetValueOrDefault(address);

    /// <summary>The node that the narrowest route to an address names; null where there is none.</summary>
    public SimulatedNode? RouteOf(IpAddress address) =>
        Routes.Where(route => route.Key.Contains(address)).OrderByDescending(route => route.Key.MappedLength).Select(route => route.Value).FirstOrDefault();

    /// <exception cref="ArgumentException">An address is another host's.</exception>
    public Topology With(SimulatedHost host)
    {
        var taken = host.Addresses.Where(Hosts.ContainsKey).ToList();
        if (taken.Count > 0) throw new ArgumentException($"{taken[0]} is another host's address already; remove that host first.", nameof(host));
        return this with { Hosts = Hosts.AddRange(host.Addresses.Select(address => KeyValuePair.Create(address, host))) };
    }

    public Topology Without(SimulatedHost host) =>
        this with { Hosts = Hosts.RemoveRange(host.Addresses.Where(address => Hosts.GetValueOrDefault(address) == host)) };

    public Topology WithRoute(IpPrefix destination, SimulatedNode? node) =>
        this with { Routes = node is null ? Routes.Remove(destination) : Routes.SetItem(destination, node) };
}
