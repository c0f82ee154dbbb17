using Weir.Model;

namespace Weir.Datapath;

/// <summary>How a node's datapath is made. Sizes count entries; a table that is adopted keeps the size that it was made with.</summary>
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
        ["weir_policy"] = (PolicyEntries, "--table-entries weir_policy"),
        ["weir_ranges"] = (PolicyRanges, "--table-entries weir_ranges"),
        ["weir_tables"] = (PolicyTables, "--table-entries weir_tables"),
        ["weir_ipcache"] = (IpcacheEntries, "--table-entries weir_ipcache"),
        ["weir_connections"] = (Connections, "--table-entries weir_connections"),
        ["weir_translations"] = (Translations, "--table-entries weir_translations"),
        ["weir_services"] = (Services, "--table-entries weir_services"),
        ["weir_backends"] = (Backends, "--table-entries weir_backends"),
        ["weir_rules"] = (RuleTexts, "--table-entries weir_rules"),
        ["weir_events"] = (EventRingBytes, "--event-ring-bytes"),
    };

    /// <summary>The same with other sizes of some tables, by the tables' names.</summary>
    /// <exception cref="ArgumentException">A name is none of a table whose size can be set; the message lists those.</exception>
    public KernelDatapathOptions With(IReadOnlyDictionary<string, uint> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries.Aggregate(this, (options, table) => table.Key switch
        {
            "weir_policy" => options with { PolicyEntries = table.Value },
            "weir_ranges" => options with { PolicyRanges = table.Value },
            "weir_tables" => options with { PolicyTables = table.Value },
            "weir_ipcache" => options with { IpcacheEntries = table.Value },
            "weir_connections" => options with { Connections = table.Value },
            "weir_translations" => options with { Translations = table.Value },
            "weir_services" => options with { Services = table.Value },
            "weir_backends" => options with { Backends = table.Value },
            "weir_rules" => options with { RuleTexts = table.Value },
            _ => throw new ArgumentException(
                $"--table-entries {table.Key}: no table of that name has a size that can be set; there are {string.Join(", ", Sizes.Keys.Where(k => k != "weir_events"))}.", nameof(entries)),
        });
    }

    internal IEnumerable<string> Problems()
    {
        if (NodeName.Length is 0 or > 63 || NodeName.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-' and not '.') || NodeName[0] == '.')
            yield return $"--node is '{NodeName}'; give a DNS label such as node1.";
        foreach (var (map, (entries, setting)) in Sizes)
        {
            if (map != "weir_events" && entries is < 16 or > 16_777_216) yield return $"{setting}={entries}; give 16 to 16777216.";
        }

        if (EventRingBytes < 4096 || !uint.IsPow2(EventRingBytes))
            yield return $"--event-ring-bytes is {EventRingBytes}; give a power of two from 4096 on.";
        if (SummaryInterval < TimeSpan.FromMilliseconds(1)) yield return $"SummaryInterval is {SummaryInterval}; give 00:00:00.001 or more.";
    }
}
