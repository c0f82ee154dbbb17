using Weir.Model;

namespace Weir.Datapath;

/// <summary>How a node's datapath is made. Sizes count entries; a table that is adopted keeps the size that it was made with.</summary>
public sealed record KernelDatapathOptions
{
    private static readonly (string Map, Func<KernelDatapathOptions, uint> Get, Func<KernelDatapathOptions, uint, KernelDatapathOptions> Set)[] _tables =
    [
        ("weir_policy", o => o.PolicyEntries, (o, n) => o with { PolicyEntries = n }),
        ("weir_ranges", o => o.PolicyRanges, (o, n) => o with { PolicyRanges = n }),
        ("weir_tables", o => o.PolicyTables, (o, n) => o with { PolicyTables = n }),
        ("weir_ipcache", o => o.IpcacheEntries, (o, n) => o with { IpcacheEntries = n }),
        ("weir_connections", o => o.Connections, (o, n) => o with { Connections = n }),
        ("weir_translations", o => o.Translations, (o, n) => o with { Translations = n }),
        ("weir_services", o => o.Services, (o, n) => o with { Services = n }),
        ("weir_backends", o => o.Backends, (o, n) => o with { Backends = n }),
        ("weir_rules", o => o.RuleTexts, (o, n) => o with { RuleTexts = n }),
    ];

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

    internal IReadOnlyDictionary<string, (uint Entries, string Setting)> Sizes => _tables
        .Select(t => (t.Map, Entries: t.Get(this), Setting: $"--table-entries {t.Map}"))
        .Append((Map: "weir_events", Entries: EventRingBytes, Setting: "--event-ring-bytes"))
        .ToDictionary(t => t.Map, t => (t.Entries, t.Setting));

    /// <summary>The same with other sizes of some tables, by the tables' names.</summary>
    /// <exception cref="ArgumentException">A name is none of a table whose size can be set; the message lists those.</exception>
    public KernelDatapathOptions With(IReadOnlyDictionary<string, uint> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries.Aggregate(this, (options, wanted) => _tables.FirstOrDefault(t => t.Map == wanted.Key) is { Map: not null } table
            ? table.Set(options, wanted.Value)
            : throw new ArgumentException(
                $"--table-entries {wanted.Key}: no table of that name has a size that can be set; there are {string.Join(", ", _tables.Select(t => t.Map))}.", nameof(entries)));
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
