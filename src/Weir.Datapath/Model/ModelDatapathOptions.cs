using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary>Sizes and surroundings of a <see cref="ModelDatapath"/>; sizes count entries.</summary>
public sealed record ModelDatapathOptions
{
    /// <summary>The address ranges that pods of this cluster have; an unknown address inside is <c>unmanaged</c>, never <c>world</c>.</summary>
    public IReadOnlyList<IpPrefix> PodCidrs { get; init; } = [];

    /// <summary>This node's own addresses: the identity <c>host</c>.</summary>
    public IReadOnlyList<IpAddress> NodeAddresses { get; init; } = [];

    /// <summary>Shortest time between two summaries of a connection, or two reports of equal drops. Default: 5 s.</summary>
    public TimeSpan SummaryInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tracked connections. Default: 131,072; the one that was silent longest makes room.</summary>
    public int Connections { get; init; } = 131_072;

    /// <summary>Kept backend choices, and kept affinities. Default: 65,536.</summary>
    public int Translations { get; init; } = 65_536;

    /// <summary>Datagrams whose later fragments are awaited. Default: 8,192.</summary>
    public int Fragments { get; init; } = 8_192;

    /// <summary>Kinds of drops that are reported one by one. Default: 16,384.</summary>
    public int Drops { get; init; } = 16_384;

    /// <summary>Events that wait to be read. Default: 49,152.</summary>
    public int Events { get; init; } = 49_152;
}
