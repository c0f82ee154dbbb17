using Weir.Datapath.Maps;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Model;

/// <summary>One decision table: <c>struct table</c> of bpf/abi.h and all entries under its number.</summary>
internal sealed class ModelTable(uint number, ulong revision, bool enforced, uint defaultRule, NamesDigest names)
{
    public uint Number { get; } = number;

    public ulong Revision { get; } = revision;

    public bool Enforced { get; } = enforced;

    public uint DefaultRule { get; } = defaultRule;

    public NamesDigest Names { get; } = names;

    public Dictionary<PolicyKey, ModelEntry> Entries { get; } = [];

    /// <summary>How many endpoints have it in force, each direction counted.</summary>
    public int Users { get; set; }

    /// <summary>Whether it says what a compiled table says.</summary>
    public bool Says(bool enforced, uint defaultRule, NamesDigest names, Dictionary<PolicyKey, ModelEntry> entries) =>
        Enforced == enforced && Names == names && DefaultRule == defaultRule && Entries.Count == entries.Count
        && entries.All(entry => Entries.TryGetValue(entry.Key, out var mine) && mine == entry.Value);

    /// <summary>The narrowest entry for one peer (0: any): its port, its range of ports, its protocol, all.</summary>
    public ModelEntry? EntryFor(uint peer, byte protocol, ushort port)
    {
        for (var bits = 16; bits >= 0; bits--)
        {
            var first = (ushort)(bits == 0 ? 0 : port & (0xFFFF << (16 - bits)));
            if (Find(peer, protocol, first, (byte)bits) is { } entry) return entry;
        }

        return Find(peer, (byte)IpProtocol.Any, 0, 0);
    }

    private ModelEntry? Find(uint peer, byte protocol, ushort port, byte bits) =>
        Entries.TryGetValue(new PolicyKey(new SecurityIdentity(peer), (IpProtocol)protocol, port, bits), out var entry) ? entry : null;
}

/// <summary>What an entry says: <c>struct policy_entry</c> of bpf/abi.h.</summary>
internal readonly record struct ModelEntry(uint Rule, PolicyAction Action, byte Match);
