using Weir.Model;

namespace Weir.Proxy.Names;

/// <summary>The names and addresses that one endpoint has been answered.</summary>
internal sealed class EndpointNames
{
    public EndpointNames() => BySpan = ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    public Dictionary<string, KnownName> ByName { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, KnownName>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }

    public Dictionary<IpAddress, KnownAddress> ByAddress { get; } = [];
}

/// <summary>A name that an endpoint asked for.</summary>
internal sealed class KnownName(string name)
{
    public string Name { get; } = name;

    /// <summary>The selectors that mean it; to be set to none when it is forgotten.</summary>
    public SelectorSet Selectors { get; set => field = SelectorSet.Swap(field, value); } = SelectorSet.None;

    public List<Lease> Leases { get; } = [];

    /// <summary>When it was answered last, in milliseconds since 1970.</summary>
    public long LearnedMs { get; set; }

    /// <summary>The type asked for, as on the wire.</summary>
    public ushort QueryType { get; set; }
}

/// <summary>An address that an endpoint was answered, perhaps for several names.</summary>
internal sealed class KnownAddress(uint endpoint, IpAddress address)
{
    public uint Endpoint { get; } = endpoint;

    public IpAddress Address { get; } = address;

    public List<Lease> Leases { get; } = new(1);

    /// <summary>Whether the datapath has what the names of this address now mean.</summary>
    public bool IsCurrent { get; set; }

    /// <summary>The set that the datapath has for it; to be set to none when it is forgotten.</summary>
    public SelectorSet Written { get; set => field = SelectorSet.Swap(field, value); } = SelectorSet.None;
}

/// <summary>An address of a name, for a time.</summary>
internal sealed class Lease(KnownName name, KnownAddress address)
{
    public KnownName Name { get; } = name;

    public KnownAddress Address { get; } = address;

    /// <summary>In milliseconds since 1970.</summary>
    public long ExpiresMs { get; set; }

    /// <summary>The expiry that the journal has.</summary>
    public long JournaledMs { get; set; }

    /// <summary>Whether it has been taken back; it may still wait in the queue of expiries.</summary>
    public bool IsOver { get; set; }
}
