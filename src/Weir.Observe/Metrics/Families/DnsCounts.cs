using Weir.Model;
using Weir.Observe.Metrics.Contexts;

namespace Weir.Observe.Metrics.Families;

/// <summary><c>hubble_dns_queries_total</c>, <c>hubble_dns_responses_total</c>, <c>hubble_dns_response_types_total</c>: what the DNS proxy saw.</summary>
internal sealed class DnsCounts : FlowMetric
{
    private readonly bool _hasQuery, _ignoresAaaa;
    private readonly FlowFamily _queries, _responses, _types;
    private readonly FlowFamily[] _aliases;

    public DnsCounts(MetricSpec spec, FamilyRoom room, bool aliases) : base(spec)
    {
        _hasQuery = spec.Flags.Contains("query");
        _ignoresAaaa = spec.Flags.Contains("ignoreAAAA");
        string[] query = _hasQuery ? ["query"] : [];
        _queries = new FlowFamily(room, "hubble_dns_queries_total", "Number of DNS queries observed", spec.Contexts, ["rcode", "qtypes", "ips_returned", .. query], query);
        _responses = new FlowFamily(room, "hubble_dns_responses_total", "Number of DNS responses observed", spec.Contexts, ["rcode", "qtypes", "ips_returned", .. query], query);
        _types = new FlowFamily(room, "hubble_dns_response_types_total", "Number of record types in DNS responses", spec.Contexts, ["type", "qtypes", .. query], query);
        _aliases = !aliases ? [] :
        [
            new FlowFamily(room, "networkobservability_dns_request_count", "Number of DNS queries", new ContextSpec(), ["query_type", "query"], ["query"]),
            new FlowFamily(
                room, "networkobservability_dns_response_count", "Number of DNS responses", new ContextSpec(),
                ["query_type", "query", "return_code", "response", "num_response"], ["query", "response"]),
        ];
    }

    public override IReadOnlyList<FlowFamily> Families => [_queries, _responses, _types, .. _aliases];

    public override void Find(in Flow flow, List<FlowStep> steps)
    {
        if (flow.Dns is not { } dns) return;
        var types = string.Join(',', dns.QueryTypes);
        if (_ignoresAaaa && types == "AAAA") return;
        var ends = FlowEnds.Of(flow);

        // A refusal answers a question that was never asked on: it counts as that question.
        if (flow.Verdict == Verdict.Dropped && dns.IsResponse) return;
        if (!dns.IsResponse)
        {
            Add(_queries, flow.Verdict == Verdict.Dropped ? "Policy denied" : "", "0");
            if (_aliases.Length > 0) steps.Add(new FlowStep(_aliases[0].Find(ends, types, dns.Query), FlowAmount.One));
            return;
        }

        Add(_responses, FlowWords.ResponseCode(dns.ResponseCode), FlowWords.Number(dns.Addresses.Count));
        foreach (var type in dns.RecordTypes)
            steps.Add(new FlowStep(_hasQuery ? _types.Find(ends, type, types, dns.Query) : _types.Find(ends, type, types), FlowAmount.One));
        if (_aliases.Length > 0)
        {
            // Not the addresses themselves, which Retina puts into "response": a series for each would have no bound.
            steps.Add(new FlowStep(
                _aliases[1].Find(ends, types, dns.Query, FlowWords.ResponseCode(dns.ResponseCode), "", FlowWords.Number(dns.Addresses.Count)), FlowAmount.One));
        }

        void Add(FlowFamily family, string code, string addresses) => steps.Add(new FlowStep(
            _hasQuery ? family.Find(ends, code, types, addresses, dns.Query) : family.Find(ends, code, types, addresses), FlowAmount.One));
    }
}
