using System.Collections.Concurrent;
using System.Collections.Frozen;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Feed;

namespace Weir.Proxy.Policies;

/// <summary>The policy that the proxies ask: one moment of what the agent told. Immutable, safe from any thread.</summary>
public sealed class PolicyView
{
    private const int MostKept = 4096;
    private static readonly TimeSpan s_overlap = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_burst = TimeSpan.FromMilliseconds(1);

    private readonly FrozenDictionary<uint, ProxyEndpoint> _endpoints;
    private readonly FrozenDictionary<IpAddress, ProxyEndpoint> _byAddress;
    private readonly Dictionary<RuleSet, uint> _ids;
    private readonly INameTable _tables;
    private readonly Func<uint, IpAddress, IReadOnlyCollection<string>> _namesOf;
    private readonly ConcurrentDictionary<Question, L7Decision> _kept = new();
    private readonly ConcurrentDictionary<Question, (L7Decision Answer, long Since)> _brief = new();
    private readonly TimeProvider _time;
    private readonly long _since;
    private volatile PolicyView? _before;

    internal PolicyView(
        FeedSettings settings,
        IReadOnlyDictionary<uint, ProxyEndpoint> endpoints,
        IReadOnlyDictionary<uint, RuleSet> rules,
        INameTable tables,
        Func<uint, IpAddress, IReadOnlyCollection<string>> namesOf,
        PolicyView? before,
        TimeProvider time)
    {
        (Settings, Rules, _tables, _namesOf) = (settings, rules, tables, namesOf);
        (_before, _time, _since) = (before, time, time.GetTimestamp());
        if (before is not null) before._before = null; // one step back is enough
        _endpoints = endpoints.ToFrozenDictionary();
        _byAddress = endpoints.Values.SelectMany(e => e.Addresses.Select(a => (a, e))).DistinctBy(p => p.a).ToFrozenDictionary(p => p.a, p => p.e);
        _ids = [];
        foreach (var (id, set) in rules) _ids[set] = id;
    }

    /// <summary>The settings in force.</summary>
    public FeedSettings Settings { get; }

    /// <summary>Every endpoint of the node.</summary>
    public IReadOnlyCollection<ProxyEndpoint> Endpoints => _endpoints.Values;

    /// <summary>What stands behind the rule ids.</summary>
    internal IReadOnlyDictionary<uint, RuleSet> Rules { get; }

    /// <summary>The endpoint of a number; null where the agent told of none.</summary>
    public ProxyEndpoint? Find(uint id) => _endpoints.GetValueOrDefault(id);

    /// <summary>The endpoint that has an address; null where none on this node has it.</summary>
    public ProxyEndpoint? Find(IpAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>The identity that the datapath takes an address for, now.</summary>
    public SecurityIdentity IdentityOf(IpAddress address) => _tables.IdentityOf(address);

    /// <summary>Which rules a redirected connection of an endpoint is under, in one direction.</summary>
    /// <param name="endpoint">The endpoint; one that is not known is denied.</param>
    /// <param name="direction">Egress where the endpoint is the client.</param>
    /// <param name="peer">The other side's address, after service translation.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="port">The destination port of the connection, also where the endpoint is the destination.</param>
    /// <returns>
    /// <see cref="L7Decision.Unlimited"/> where this side has no rules for it. A connection of which no side has any must not pass: the
    /// datapath hands over only what some rule redirects.
    /// </returns>
    /// <remarks>Ask anew for each request of a long connection: policy may have changed. The answer is kept, so that asking again is cheap.</remarks>
    public L7Decision Ask(uint endpoint, TrafficDirection direction, IpAddress peer, IpProtocol protocol, ushort port)
    {
        var question = new Question(endpoint, direction, peer, protocol, port);
        if (_kept.TryGetValue(question, out var kept)) return kept;
        if (_brief.TryGetValue(question, out var brief) && _time.GetElapsedTime(brief.Since) < s_burst) return brief.Answer;
        if (!_endpoints.TryGetValue(endpoint, out var known)) return L7Decision.Denied;

        var table = direction == TrafficDirection.Egress ? known.Egress : known.Ingress;
        var isByName = table.Names.Any(n => n.Entries.Values.Any(e => e.Action == PolicyAction.Redirect));
        var decision = Decision.Decide(table, _tables.IdentityOf(peer), protocol, port, isByName ? _namesOf(endpoint, peer) : null);
        var isLimited = decision is { Action: PolicyAction.Redirect, L7: not null };
        var answer = isLimited ? L7Decision.Of(decision!.L7!, _ids.GetValueOrDefault(decision.Rules), decision.Rules) : BeforeThis(endpoint, direction, peer, protocol, port);

        // Names come and go between two policies, and so may the identity of an address: those answers are kept for no longer than a burst lasts. What
        // names do not say yet they may say with the next answer: that is not kept at all.
        if (isLimited && !isByName)
        {
            if (_kept.Count >= MostKept) _kept.Clear();
            _kept[question] = answer;
        }
        else if (isLimited || !isByName)
        {
            if (_brief.Count >= MostKept) _brief.Clear();
            _brief[question] = (answer, _time.GetTimestamp());
        }

        return answer;
    }

    /// <summary>Which rules one side of an exchange is under.</summary>
    public L7Decision Ask(in ExchangeEnds side) => Ask(
        side.Endpoint, side.Direction, side.Direction == TrafficDirection.Egress ? side.Server : side.Client, side.Protocol, side.ServerPort);

    /// <summary>
    /// The datapath redirected what these rules say nothing of: it had, a moment ago, the policy before. What that says holds, for that moment.
    /// </summary>
    private L7Decision BeforeThis(uint endpoint, TrafficDirection direction, IpAddress peer, IpProtocol protocol, ushort port)
    {
        if (_before is not { } before || _time.GetElapsedTime(_since) > s_overlap) return L7Decision.Unlimited;
        return before.Ask(endpoint, direction, peer, protocol, port) is { Rules: not null } held ? held : L7Decision.Unlimited;
    }

    /// <summary>Forgets the answers that were kept, since an address may have got another identity.</summary>
    internal void Refresh()
    {
        _kept.Clear();
        _brief.Clear();
    }

    private readonly record struct Question(uint Endpoint, TrafficDirection Direction, IpAddress Peer, IpProtocol Protocol, ushort Port);
}
