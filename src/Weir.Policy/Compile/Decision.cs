using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>Looks a packet up in a table: the managed twin of the kernel's <c>policy_verdict</c> in <c>bpf/lib/policy.h</c>.</summary>
/// <remarks>
/// 1. The longest match among the entries of the peer. 2. The longest match among those for any peer. 3. The longest
/// match among those of each name that the peer's address was learned for. The highest action of them decides; without
/// any match the table's default.
/// </remarks>
public static class Decision
{
    /// <summary>Decides about the first packet of a connection.</summary>
    /// <param name="table">The endpoint's table of the direction.</param>
    /// <param name="peer">The other side's identity.</param>
    /// <param name="protocol">The packet's protocol.</param>
    /// <param name="port">The destination port; for ICMP the type.</param>
    /// <param name="names">The names that the peer's address was learned for; null for none.</param>
    public static PolicyDecision Decide(DirectionTable table, SecurityIdentity peer, IpProtocol protocol, ushort port, IReadOnlyCollection<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var best = peer == SecurityIdentity.Unknown ? null : Lookup(table.Entries, peer, protocol, port);
        List<PolicyEntry>? others = null;
        Take(Lookup(table.Entries, SecurityIdentity.Unknown, protocol, port));
        if (names is { Count: > 0 })
        {
            foreach (var named in table.Names)
            {
                if (names.Any(named.Names.Matches)) Take(Lookup(named.Entries, SecurityIdentity.Unknown, protocol, port));
            }
        }

        if (best is null) return Default(table);
        return others is null
            ? new PolicyDecision(best.Action, best.Match, best.Rules, best.L7)
            : Join(best, others);

        void Take(PolicyEntry? found)
        {
            if (found is null) return;
            if (best is null)
            {
                best = found;
                return;
            }

            others ??= [];
            if (found.Action > best.Action) (best, found) = (found, best);
            others.Add(found);
        }
    }

    /// <summary>The longest match among the entries of one peer; null where there is none.</summary>
    public static PolicyEntry? Lookup(IReadOnlyDictionary<PolicyKey, PolicyEntry> entries, SecurityIdentity peer, IpProtocol protocol, ushort port)
    {
        ArgumentNullException.ThrowIfNull(entries);
        for (var bits = 16; bits >= 0; bits--)
        {
            if (entries.TryGetValue(new PolicyKey(peer, protocol, PortKey.Mask(port, bits), (byte)bits), out var entry)) return entry;
        }

        return entries.GetValueOrDefault(new PolicyKey(peer, IpProtocol.Any, 0, 0));
    }

    private static PolicyDecision Default(DirectionTable table) =>
        new(table.Enforced ? PolicyAction.Deny : PolicyAction.Allow, PolicyMatch.None, table.Default, null);

    // Several lookups matched: the rules of all that say the same, and of a redirect every alternative on the same range of ports.
    private static PolicyDecision Join(PolicyEntry best, List<PolicyEntry> others)
    {
        var same = others.Where(o => o.Action == best.Action).ToList();
        var origins = same.Prepend(best).SelectMany(e => e.Rules.Rules).Distinct().ToList();
        var rules = origins.Count == best.Rules.Rules.Count ? best.Rules : best.Rules with { Rules = origins, Basis = best.Action == PolicyAction.Deny ? DecisionBasis.Deny : DecisionBasis.Allow };
        if (best.Action != PolicyAction.Redirect) return new PolicyDecision(best.Action, best.Match, rules, null);
        var alternatives = same.Where(o => o.L7!.Ports == best.L7!.Ports).Prepend(best).SelectMany(o => o.L7!.Alternatives)
            .Distinct().OrderBy(a => a.IsUnrestricted).ToList();
        return new PolicyDecision(best.Action, best.Match, rules, best.L7! with { Alternatives = alternatives });
    }
}
