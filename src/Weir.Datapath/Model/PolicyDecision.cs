using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Model;

/// <summary>What the policies of both ends say about a new connection: bpf/policy.h.</summary>
/// <remarks>
/// 1. For one peer the narrowest entry that exists decides: its port, its range of ports, its protocol, all.
/// 2. Between the entry for this peer and the one for any peer the higher action decides; where two are equal, the peer's.
/// 3. Where there is none, the table's default: denied if it is enforced, else allowed.
/// </remarks>
internal sealed class PolicyDecision(ModelState state)
{
    /// <summary>Decides egress for a source on this node, then ingress for a destination on this node.</summary>
    /// <param name="packet">Its fresh connection names both ends, and receives tables, rules, match and event flags.</param>
    /// <param name="isRedirect">Whether a proxy must see it.</param>
    /// <returns>None where it may pass, or why not.</returns>
    public DropReason Decide(ModelPacket packet, out bool isRedirect)
    {
        var fresh = packet.Fresh;
        (fresh.EgressRule, fresh.IngressRule, fresh.Match, fresh.EventFlags) = (0, 0, 0, 0);
        packet.IsEgressDrop = false;
        isRedirect = false;
        if (packet.IsHairpin) return DropReason.None; // a pod may always reach itself

        if (fresh.SourceEndpoint != 0)
        {
            fresh.EgressTable = state.Tables.Of(fresh.SourceEndpoint).Egress;
            var reason = DecideOne(packet, fresh.EgressTable, fresh.DestinationIdentity, out var entry);
            fresh.EgressRule = entry.Rule;
            fresh.Match = (byte)(entry.Match & 0xF);
            fresh.EventFlags |= EventReporter.FlagEgressHere;
            if (reason != DropReason.None)
            {
                packet.IsEgressDrop = true;
                return reason;
            }

            isRedirect |= entry.Action == PolicyAction.Redirect;
        }

        if (fresh.DestinationEndpoint != 0)
        {
            fresh.IngressTable = state.Tables.Of(fresh.DestinationEndpoint).Ingress;
            var reason = DecideOne(packet, fresh.IngressTable, fresh.SourceIdentity, out var entry);
            fresh.IngressRule = entry.Rule;
            fresh.Match |= (byte)(entry.Match << 4);
            fresh.EventFlags |= EventReporter.FlagIngressHere;
            if (reason != DropReason.None) return reason;
            isRedirect |= entry.Action == PolicyAction.Redirect;
        }

        return DropReason.None;
    }

    private DropReason DecideOne(ModelPacket packet, uint number, uint peer, out ModelEntry chosen)
    {
        chosen = new ModelEntry(0, PolicyAction.Deny, 0);
        if (state.Tables.Find(number) is not { } table) return DropReason.NoConfiguration;

        var protocol = packet.Tuple.Protocol;
        var port = packet.PolicyPort;
        var entry = peer == 0 ? null : table.EntryFor(peer, protocol, port);
        entry = Higher(entry, table.EntryFor(0, protocol, port));
        if (entry is { } found)
        {
            chosen = found;
            return found.Action == PolicyAction.Deny ? DropReason.PolicyDeny : DropReason.None;
        }

        chosen = new ModelEntry(table.DefaultRule, table.Enforced ? PolicyAction.Deny : PolicyAction.Allow, 0);
        return table.Enforced ? DropReason.PolicyDenied : DropReason.None;
    }

    private static ModelEntry? Higher(ModelEntry? first, ModelEntry? second)
    {
        if (first is not { } a) return second;
        return second is { } b && b.Action > a.Action ? b : a;
    }
}
