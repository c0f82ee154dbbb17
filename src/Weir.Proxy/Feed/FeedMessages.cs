using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Proxy.Feed;

/// <summary>The first frame of each side.</summary>
/// <param name="Version">The newest version of the feed that the sender speaks.</param>
/// <param name="Oldest">The oldest one that it understands.</param>
public sealed record FeedHello(int Version, int Oldest)
{
    /// <summary>What this code speaks: itself and, once there is one, the version before.</summary>
    public static FeedHello Ours { get; } = new(1, 1);

    /// <summary>The version that both understand; null where there is none.</summary>
    public int? CommonWith(FeedHello other) =>
        Math.Min(Version, other.Version) is var common && common >= Oldest && common >= other.Oldest ? common : null;
}

/// <summary>What the agent tells: everything, or what changed since the update before on the same connection.</summary>
public sealed record FeedUpdate
{
    /// <summary>Counts up from 1 on each connection; the answer repeats it.</summary>
    public required long Sequence { get; set; }

    /// <summary>Whether endpoints that are not named here are gone.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Settings; null leaves them as they are.</summary>
    public FeedSettings? Settings { get; set; }

    /// <summary>Policies, which the endpoints of this update name by their place here.</summary>
    public IReadOnlyList<FeedPolicy> Policies { get; set => field = value ?? []; } = [];

    /// <summary>Endpoints that are new or changed.</summary>
    public IReadOnlyList<FeedEndpoint> Endpoints { get; set => field = value ?? []; } = [];

    /// <summary>Endpoints that are gone.</summary>
    public IReadOnlyList<uint> Gone { get; set => field = value ?? []; } = [];

    /// <summary>What stands behind the rule ids of the policies of this update.</summary>
    public IReadOnlyList<FeedRule> Rules { get; set => field = value ?? []; } = [];
}

/// <summary>The answer to an update.</summary>
/// <param name="Sequence">The update's.</param>
/// <param name="Problem">Why it is not wholly in force; null where it is.</param>
public sealed record FeedAck(long Sequence, string? Problem);

/// <summary>A rule id and what stands behind it.</summary>
/// <param name="Id">The id that the datapath gave.</param>
/// <param name="Rules">The rules, in words.</param>
public sealed record FeedRule(uint Id, RuleSet Rules);

/// <summary>One endpoint of the node.</summary>
public sealed record FeedEndpoint
{
    /// <summary>Its number.</summary>
    public required uint Id { get; set; }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>The pod's name.</summary>
    public string Pod { get; set; } = "";

    /// <summary>The pod's UID: another one with the same number is another pod.</summary>
    public string Uid { get; set; } = "";

    /// <summary>Its addresses, as people write them.</summary>
    public IReadOnlyList<string> Addresses { get; set => field = value ?? []; } = [];

    /// <summary>Its identity.</summary>
    public uint Identity { get; set; }

    /// <summary>Its identity's labels, as <c>source:key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; set => field = value ?? []; } = [];

    /// <summary>The number of the table that decides what it sends: the key of decisions about names.</summary>
    public uint EgressTable { get; set; }

    /// <summary>The place of its egress policy in <see cref="FeedUpdate.Policies"/>; -1 for nothing that concerns a proxy.</summary>
    public int Egress { get; set; } = -1;

    /// <summary>The same for ingress.</summary>
    public int Ingress { get; set; } = -1;
}

/// <summary>What of one direction's decision table concerns a proxy.</summary>
public sealed record FeedPolicy
{
    /// <summary>The entries that redirect; the longest match decides, as in the datapath.</summary>
    public IReadOnlyList<FeedEntry> Entries { get; set => field = value ?? []; } = [];

    /// <summary>Every decision about names.</summary>
    public IReadOnlyList<FeedNames> Names { get; set => field = value ?? []; } = [];

    /// <summary>What of a table concerns a proxy; null where nothing does.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ruleId">The id that the datapath has for what decides.</param>
    public static FeedPolicy? Of(DirectionTable table, Func<RuleSet, uint> ruleId)
    {
        ArgumentNullException.ThrowIfNull(table);
        var entries = table.Redirects.Select(Entry).ToList();
        return entries.Count == 0 && table.Names.Count == 0 ? null : new FeedPolicy
        {
            Entries = entries,
            Names = [.. table.Names.Select(n => new FeedNames(n.Names.Text, n.Names.IsPattern, [.. n.Entries.Select(Entry)]))],
        };

        FeedEntry Entry(KeyValuePair<PolicyKey, PolicyEntry> e) => new(
            e.Key.Peer.Value, (byte)e.Key.Protocol, e.Key.Port, e.Key.PortBits, (byte)e.Value.Action, (byte)e.Value.Match, ruleId(e.Value.Rules), e.Value.L7);
    }
}

/// <summary>One entry of a decision table.</summary>
/// <param name="Peer">The peer's identity; 0 is any, or, under <see cref="FeedNames"/>, the name.</param>
/// <param name="Protocol">IANA's number; 0 for any.</param>
/// <param name="Port">The first port.</param>
/// <param name="PortBits">How many leading bits of the port count.</param>
/// <param name="Action">The numbers of <see cref="PolicyAction"/>.</param>
/// <param name="Match">The numbers of <see cref="PolicyMatch"/>.</param>
/// <param name="Rule">The rule id.</param>
/// <param name="L7">What the proxy has to check; null unless redirected.</param>
public sealed record FeedEntry(uint Peer, byte Protocol, ushort Port, byte PortBits, byte Action, byte Match, uint Rule, L7Rules? L7);

/// <summary>The decisions about the names of one selector.</summary>
/// <param name="Text">The name or pattern.</param>
/// <param name="IsPattern">Whether it is a pattern.</param>
/// <param name="Entries">The decisions.</param>
public sealed record FeedNames(string Text, bool IsPattern, IReadOnlyList<FeedEntry> Entries);
