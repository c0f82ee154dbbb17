using Weir.Datapath.Abi;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Maps;

/// <summary>What the kernel holds under one table number.</summary>
/// <param name="Number">The number, never used twice.</param>
/// <param name="Revision">Of the policy set that it was first compiled from.</param>
/// <param name="Enforced">Whether what no entry matches is denied.</param>
/// <param name="DefaultRule">What a packet that no entry matches is told.</param>
/// <param name="Names">What it says about names; the decisions themselves are the proxy's to write.</param>
internal sealed record DecisionTable(uint Number, ulong Revision, bool Enforced, uint DefaultRule, NamesDigest Names)
{
    /// <summary>The entries, as they stand in the kernel's maps.</summary>
    public Dictionary<PolicyKey, PolicyEntryAbi> Entries { get; } = [];

    /// <summary>How many endpoints have it in force, each direction counted.</summary>
    public int Users { get; set; }

    /// <summary><c>KIND_*</c> of bpf/abi.h: which kinds of entries there are.</summary>
    public byte Kinds { get; private set; }

    /// <summary>Notes an entry that the kernel holds.</summary>
    public void Add(PolicyKey key, PolicyEntryAbi entry)
    {
        Entries[key] = entry;
        Kinds |= KindOf(key);
    }

    /// <summary>Whether it says what a compiled table says.</summary>
    public bool Says(bool enforced, uint defaultRule, NamesDigest names, Dictionary<PolicyKey, PolicyEntryAbi> entries)
    {
        if (Enforced != enforced || DefaultRule != defaultRule || Names != names || Entries.Count != entries.Count) return false;
        foreach (var (key, entry) in entries)
        {
            if (!Entries.TryGetValue(key, out var mine) || mine.Rule != entry.Rule || mine.Action != entry.Action || mine.Match != entry.Match)
                return false;
        }

        return true;
    }

    /// <summary>The <c>KIND_*</c> bit of one entry.</summary>
    private static byte KindOf(PolicyKey key)
    {
        const int AnyPeer = 4;
        var kind = key.PortBits switch
        {
            16 => 1,
            > 0 => 2,
            _ => key.Protocol != IpProtocol.Any ? 4 : 8,
        };
        return (byte)(key.Peer == SecurityIdentity.Unknown ? kind << AnyPeer : kind);
    }
}
