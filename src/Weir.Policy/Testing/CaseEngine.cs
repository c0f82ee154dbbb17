using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Policy.Testing;

/// <summary>Answers what becomes of flows in a world, by the same tables that the kernel gets.</summary>
public sealed class CaseEngine
{
    private readonly CaseWorld _world;
    private readonly Dictionary<string, (CaseEndpoint Endpoint, SecurityIdentity Identity)> _endpoints = new(StringComparer.Ordinal);

    /// <summary>Compiles a world.</summary>
    public CaseEngine(CaseWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        Repository = new PolicyRepository(world.Configuration);
        Dictionary<LabelSet, SecurityIdentity> identities = [];
        foreach (var endpoint in world.Endpoints)
        {
            if (!identities.TryGetValue(endpoint.Labels, out var identity))
            {
                identity = new SecurityIdentity((uint)(SecurityIdentity.FirstAllocated + identities.Count));
                identities[endpoint.Labels] = identity;
                Repository.SetIdentity(identity, endpoint.Labels);
            }

            _endpoints[endpoint.Name] = (endpoint, identity);
            Repository.SetNamedPorts($"{endpoint.Namespace}/{endpoint.Name}", endpoint.NamedPorts);
        }

        foreach (var group in world.CidrGroups) Repository.SetCidrGroup(group);
        Repository.SetServices(world.Services);
        Repository.SetApiServers(world.ApiServers);
        foreach (var policy in world.Policies) Repository.Upsert(policy);
    }

    /// <summary>The compiled policies.</summary>
    public PolicyRepository Repository { get; }

    /// <summary>What becomes of a flow.</summary>
    /// <exception cref="ArgumentException">An end of the flow is no endpoint of the world.</exception>
    public CaseAnswer Ask(CaseFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var source = Locate(flow.Source);
        var destination = Locate(flow.Destination);
        var egress = Side(source, destination, flow, TrafficDirection.Egress);
        var ingress = Side(destination, source, flow, TrafficDirection.Ingress);
        return new CaseAnswer(egress, ingress, source.Subject is null ? source.Labels : null, destination.Subject is null ? destination.Labels : null);
    }

    private CaseSide Side(Located self, Located peer, CaseFlow flow, TrafficDirection direction)
    {
        if (self.Subject is null) return new CaseSide(null, new PolicyDecision(PolicyAction.Allow, PolicyMatch.None, RuleSet.NoPolicy, null), null);
        var policy = Repository.Resolve(self.Subject, out var conflict);
        var table = direction == TrafficDirection.Ingress ? policy.Ingress : policy.Egress;
        return new CaseSide(table, Decision.Decide(table, peer.Identity, flow.Protocol, flow.Port, peer.Names), conflict);
    }

    private Located Locate(CasePeer peer)
    {
        if (peer.Endpoint is { } name)
        {
            if (!_endpoints.TryGetValue(name, out var found))
                throw new ArgumentException($"There is no endpoint '{name}'. There are: {string.Join(", ", _endpoints.Keys)}.");
            return new Located(new EndpointSubject(found.Endpoint.Labels, found.Endpoint.NamedPorts), found.Identity, found.Endpoint.Labels, []);
        }

        if (peer.Address is { } address)
        {
            var (identity, labels) = Repository.IdentityOf(address);
            return new Located(null, identity, labels, [.. _world.Names.Where(n => n.Addresses.Contains(address)).Select(n => n.Name)]);
        }

        if (peer.Entity == "world") return Locate(peer with { Address = IpAddress.Parse("192.0.2.254") });
        for (uint id = 1; id < SecurityIdentity.FirstAllocated; id++)
        {
            var identity = new SecurityIdentity(id);
            if (identity.ReservedName != peer.Entity || Repository.LabelsOf(identity) is not { } labels) continue;

            // These three are endpoints of the node, with policy of their own.
            var isEndpoint = peer.Entity is "health" or "init" or "ingress";
            return new Located(isEndpoint ? new EndpointSubject(labels) : null, identity, labels, []);
        }

        throw new ArgumentException($"There is no entity '{peer.Entity}'.");
    }

    private sealed record Located(EndpointSubject? Subject, SecurityIdentity Identity, LabelSet Labels, IReadOnlyList<string> Names);
}
