using Weir.Model;

namespace Weir.Datapath;

/// <summary>Configuration section <c>Datapath</c>. Sizes count entries; a table that is adopted keeps the size that it was made with.</summary>
public sealed record KernelDatapathOptions
{
    /// <summary>Where a bpffs is mounted. Pins go under <c>weir/NODE/v1</c> of it.</summary>
    public required string BpffsPath { get; init; }

    /// <summary>The node's name: a DNS label.</summary>
    public required string NodeName { get; init; }

    /// <summary>The interface towards other nodes and the world; null or empty: none.</summary>
    public string? Uplink { get; init; }

    /// <summary>The address ranges that pods of this cluster have; an unknown address inside is <c>unmanaged</c>, never <c>world</c>.</summary>
    public IReadOnlyList<IpPrefix> PodCidrs { get; init; } = [];

    /// <summary>This node's own addresses: the identity <c>host</c>.</summary>
    public IReadOnlyList<IpAddress> NodeAddresses { get; init; } = [];

    /// <summary>The object that clang made of bpf/. Default: <c>weir.bpf.o</c> beside this assembly.</summary>
    public string ObjectPath { get; init; } = Path.Combine(AppContext.BaseDirectory, "weir.bpf.o");

    /// <summary>Whether to add the routing rules that deliver redirected packets locally. Default: yes; tests without redirects say no.</summary>
    public bool RouteRedirects { get; init; } = true;

    /// <summary>Shortest time between two summaries of a connection, or two reports of equal drops. Default: 5 s.</summary>
    public TimeSpan SummaryInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Entries of weir_policy over all tables. Default: 262,144; from 1,024 to 16,777,216.</summary>
    public uint PolicyEntries { get; init; } = 262_144;

    /// <summary>Entries of weir_ranges over all tables. Default: 65,536.</summary>
    public uint PolicyRanges { get; init; } = 65_536;

    /// <summary>Decision tables. Default: 8,192.</summary>
    public uint PolicyTables { get; init; } = 8_192;

    /// <summary>Address ranges with an identity. Default: 65,536.</summary>
    public uint IpcacheEntries { get; init; } = 65_536;

    /// <summary>Tracked connections. Default: 131,072; the one that was silent longest makes room.</summary>
    public uint Connections { get; init; } = 131_072;

    /// <summary>Kept backend choices of connections to services. Default: 65,536.</summary>
    public uint Translations { get; init; } = 65_536;

    /// <summary>Service addresses and ports. Default: 16,384.</summary>
    public uint Services { get; init; } = 16_384;

    /// <summary>Backends over all services. Default: 65,536.</summary>
    public uint Backends { get; init; } = 65_536;

    /// <summary>Parts of 240 bytes that the texts of rule ids take. Default: 65,536.</summary>
    public uint RuleTexts { get; init; } = 65_536;

    /// <summary>Bytes of the event ring, a power of two. Default: 8 MiB.</summary>
    public uint EventRingBytes { get; init; } = 8 * 1024 * 1024;

    internal IReadOnlyDictionary<string, (uint Entries, string Setting)> Sizes => new Dictionary<string, (uint, string)>
    {
        ["weir_policy"] = (PolicyEntries, "Datapath:PolicyEntries"),
        ["weir_ranges"] = (PolicyRanges, "Datapath:PolicyRanges"),
        ["weir_tables"] = (PolicyTables, "Datapath:PolicyTables"),
        ["weir_ipcache"] = (IpcacheEntries, "Datapath:IpcacheEntries"),
        ["weir_connections"] = (Connections, "Datapath:Connections"),
        ["weir_translations"] = (Translations, "Datapath:Translations"),
        ["weir_services"] = (Services, "Datapath:Services"),
        ["weir_backends"] = (Backends, "Datapath:Backends"),
        ["weir_rules"] = (RuleTexts, "Datapath:RuleTexts"),
        ["weir_events"] = (EventRingBytes, "Datapath:EventRingBytes"),
    };

    internal IEnumerable<string> Problems()
    {
        if (NodeName.Length is 0 or > 63 || NodeName.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-' and not '.') || NodeName[0] == '.')
            yield return $"Datapath:NodeName is '{NodeName}'; give a DNS label such as node1.";
        foreach (var (map, (entries, setting)) in Sizes)
        {
            if (map != "weir_events" && entries is < 16 or > 16_777_216) yield return $"{setting} is {entries}; give 16 to 16777216.";
        }

        if (EventRingBytes < 4096 || !uint.IsPow2(EventRingBytes))
            yield return $"Datapath:EventRingBytes is {EventRingBytes}; give a power of two from 4096 on.";
        if (SummaryInterval < TimeSpan.FromMilliseconds(1)) yield return $"Datapath:SummaryInterval is {SummaryInterval}; give 00:00:00.001 or more.";
    }
}
