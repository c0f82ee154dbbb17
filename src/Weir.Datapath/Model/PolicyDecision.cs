using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Model;

/// <summary>What the policies of both ends say about a new connection: bpf/policy.h.</summary>
/// <remarks>
/// 1. For one peer the narrowest entry that exists decides: its port, its range of ports, its protocol, all.
/// 2. Between the entry for this peer, the one for its name set (egress) and the one for any peer the higher action decides; where two are
///    equal, in that order.
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
            var reason = DecideOne(packet, fresh.EgressTable, fresh.DestinationIdentity, fresh.SourceEndpoint, out var entry);
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
            var reason = DecideOne(packet, fresh.IngressTable, fresh.SourceIdentity, 0, out var entry);
            fresh.IngressRule = entry.Rule;
            fresh.Match |= (byte)(entry.Match << 4);
            fresh.EventFlags |= EventReporter.FlagIngressHere;
            if (reason != DropReason.None) return reason;
            isRedirect |= entry.Action == PolicyAction.Redirect;
        }

        return DropReason.None;
    }

    private DropReason DecideOne(ModelPacket packet, uint number, uint peer, uint knownBy, out ModelEntry chosen)
    {
        chosen = new ModelEntry(0, PolicyAction.Deny, 0);
        if (state.Tables.Find(number) is not { } table) return DropReason.NoConfiguration;

        var protocol = packet.Tuple.Protocol;
        var port = packet.PolicyPort;
        var entry = peer == 0 ? null : table.EntryFor(peer, protocol, port);

        // A name never stands for a pod or a node: whoever answers it might choose their addresses.
        var isOutside = new SecurityIdentity(peer) is var identity && (identity == SecurityIdentity.World || identity.IsLocal);
        if (knownBy != 0 && table.Names.Bits != 0 && isOutside) entry = Higher(entry, EntryForName(table, knownBy, packet));
        entry = Higher(entry, table.EntryFor(0, protocol, port));
        if (entry is { } found)
        {
            chosen = found;
            return found.Action == PolicyAction.Deny ? DropReason.PolicyDeny : DropReason.None;
        }

        chosen = new ModelEntry(table.DefaultRule, table.Enforced ? PolicyAction.Deny : PolicyAction.Allow, 0);
        return table.Enforced ? DropReason.PolicyDenied : DropReason.None;
    }

    private ModelEntry? EntryForName(ModelTable table, uint endpoint, ModelPacket packet)
    {
        if (!state.Names.TryGetValue((endpoint, packet.Tuple.Destination), out var set)) return null;
        for (var bits = 16; bits >= 0; bits--)
        {
            if ((table.Names.Bits & (1u << bits)) == 0) continue;
            var first = (ushort)(packet.PolicyPort & (0xFFFF0000 >> bits));
            if (Find(packet.Tuple.Protocol, first, bits) is { } entry) return entry;
        }

        return Find(0, 0, 0);

        ModelEntry? Find(byte protocol, ushort port, int bits) =>
            state.NamePolicy.TryGetValue(new NameDecisionKey(table.Number, set, (IpProtocol)protocol, port, (byte)bits), out var found)
                ? new ModelEntry(found.Rule, (PolicyAction)found.Action, (byte)found.Match)
                : null;
    }

    private static ModelEntry? Higher(ModelEntry? first, ModelEntry? second)
    {
        if (first is not { } a) return second;
        return second is { } b && b.Action > a.Action ? b : a;
    }
}
