using System.Collections.Concurrent;
using Weir.Model;
using Weir.Observe.Enrich;
using Weir.Observe.Ring;
using Weir.Proxy.Exchanges;

namespace Weir.Agent.Evidence;

/// <summary>Turns what the proxies saw into flow records in the node's ring, and answers of name servers into names of addresses.</summary>
/// <param name="ring">The ring; it has one writer at a time, which <paramref name="writing"/> sees to.</param>
/// <param name="enricher">Names both ends.</param>
/// <param name="names">Learns which address was answered for which name.</param>
/// <param name="resolve">What stands behind a rule id.</param>
/// <param name="nodeName">The node's name.</param>
/// <param name="writing">Held by whoever writes to the ring.</param>
internal sealed class ExchangeTranslator(
    FlowRing ring, FlowEnricher enricher, LearnedNames names, Func<uint, RuleSet> resolve, string nodeName, Lock writing)
{
    private readonly ConcurrentDictionary<uint, RuleSet> _refusals = new();
    private readonly DnsStopwatch _stopwatch = new();
    private readonly DnsMessageCache _messages = new();
    private long _lost;

    /// <summary>Exchanges that the proxy could not keep until the agent took them, since the proxy started.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Told how long a pod waited for its name server.</summary>
    public Action<TimeSpan> DnsAnswered { get; set; } = _ => { };

    /// <summary>Takes what one frame said. Readers of the ring are woken by <see cref="Rest"/>.</summary>
    public void Take(ExchangeRecord seen)
    {
        DnsExchange? dns = null;
        if (!seen.Dns.IsEmpty)
        {
            dns = _messages.Read(seen.Dns.Span);
            if (dns is null) return;
            if (dns.IsResponse && seen.Verdict == Verdict.Forwarded) Learn(seen, dns);
        }

        if (seen.IsRepeated) return;
        if (dns is not null && _stopwatch.Take(seen) is { } took) DnsAnswered(took);
        lock (writing) Write(seen, dns);
    }

    /// <summary>Called when nothing more is here for now.</summary>
    public void Rest() => ring.Wake();

    /// <summary>Takes the count of what was lost.</summary>
    public void TakeLost(long count) => Volatile.Write(ref _lost, count);

    private void Learn(in ExchangeRecord seen, DnsExchange dns)
    {
        if (dns.Addresses.Count == 0) return;
        var type = dns.QueryTypes.Count > 0 ? dns.QueryTypes[0] : "";
        for (var i = 0; i < dns.Addresses.Count; i++) names.Add(seen.Ends.Endpoint, dns.Addresses[i], dns.Query, type, seen.TimeNanoseconds);
    }

    private void Write(in ExchangeRecord seen, DnsExchange? dns)
    {
        var ends = seen.Ends;
        ref var flow = ref ring.Open();
        flow = default;
        flow.TimeNanoseconds = seen.TimeNanoseconds;
        flow.Kind = FlowKind.L7;
        flow.Verdict = seen.Verdict;
        flow.Direction = ends.Direction;
        flow.Protocol = ends.Protocol;
        flow.IsReply = seen.IsResponse;
        flow.NodeName = nodeName;
        flow.Dns = dns;
        flow.Http = seen.Http;
        var rules = RulesOf(seen);
        if (ends.Direction == TrafficDirection.Egress) flow.EgressRules = rules;
        else flow.IngressRules = rules;

        var peer = new SecurityIdentity(ends.PeerIdentity);
        var (client, server) = ends.Direction == TrafficDirection.Egress ? (SecurityIdentity.Unknown, peer) : (peer, SecurityIdentity.Unknown);
        if (seen.IsResponse)
        {
            (flow.SourceAddress, flow.SourcePort) = (ends.Server, ends.ServerPort);
            (flow.DestinationAddress, flow.DestinationPort) = (ends.Client, ends.ClientPort);
            enricher.Enrich(ref flow, server, client);
        }
        else
        {
            (flow.SourceAddress, flow.SourcePort) = (ends.Client, ends.ClientPort);
            (flow.DestinationAddress, flow.DestinationPort) = (ends.Server, ends.ServerPort);
            enricher.Enrich(ref flow, client, server);
        }

        ring.Publish();
    }

    /// <summary>The rules; of what was refused as what refused it: the rules allow other names or requests than this one.</summary>
    private RuleSet? RulesOf(in ExchangeRecord seen)
    {
        if (seen.Rule == 0) return null;
        if (seen.Verdict != Verdict.Dropped) return resolve(seen.Rule);
        return _refusals.GetOrAdd(seen.Rule, static (id, from) => from(id) with { Basis = DecisionBasis.Deny }, resolve);
    }
}
