using Weir.Cluster.Objects;
using Weir.Hub.Ui.Filters;
using Weir.Hub.Ui.Flows;
using Weir.Hub.Ui.Map;
using Weir.Observe.Wire;

namespace Weir.Hub.Ui.Policies;

/// <summary>How often each rule decided lately, and the last flow that it decided.</summary>
internal sealed class RuleHits
{
    private readonly Dictionary<PolicyKey, List<Hit>> _hits = [];

    /// <summary>What a rule decided.</summary>
    /// <param name="rule">The rule.</param>
    public sealed class Hit(MapRule rule)
    {
        /// <summary>The rule.</summary>
        public MapRule Rule => rule;

        /// <summary>How many decisions.</summary>
        public long Count { get; set; }

        /// <summary>The time of the last one: nanoseconds since 1970.</summary>
        public long Last { get; set; }

        /// <summary>The flow of the last one, as a <c>GetFlowsResponse</c>, of which <see cref="Length"/> bytes count.</summary>
        public byte[] Flow { get; set; } = [];

        /// <summary>The length of that message.</summary>
        public int Length { get; set; }
    }

    /// <summary>Counts the decisions of the last minutes: verdicts of new connections, requests that were refused.</summary>
    public static async Task<RuleHits> OfAsync(FlowSearch search, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var hits = new RuleHits();
        var scope = new UiScope(FlowFilters.Of("", []), [], from, until, HasFrom: true, ShowsSystem: true);
        await search.EveryAsync(
            scope,
            (in FlowView flow, ReadOnlySpan<byte> response) =>
            {
                hits.Add(flow, response);
                return true;
            },
            cancellation);
        return hits;
    }

    /// <summary>The rules of a policy that decided something.</summary>
    public IReadOnlyList<Hit> Of(PolicyKey key) => _hits.GetValueOrDefault(key) ?? [];

    private void Add(in FlowView flow, ReadOnlySpan<byte> response)
    {
        // A connection is decided once a side; drops are told apart from that decision, and repeated.
        if (flow.Kind != (int)Model.FlowKind.PolicyVerdict && !(flow.Kind == (int)Model.FlowKind.L7 && flow.Verdict == 2 && !flow.L7.IsResponse)) return;
        var fields = new WireFields(flow.Message);
        while (fields.TryNext(out var field, out _, out var value))
        {
            if (!RuleView.IsRule(field)) continue;
            var hit = Find(new RuleView(value), RuleView.IsAllow(field), RuleView.IsEgress(field));
            hit.Count += flow.Count;
            if (flow.TimeNanoseconds <= hit.Last) continue;
            hit.Last = flow.TimeNanoseconds;
            if (hit.Flow.Length < response.Length) hit.Flow = new byte[response.Length * 2];
            hit.Length = response.Length;
            response.CopyTo(hit.Flow);
        }
    }

    private Hit Find(in RuleView rule, bool allows, bool isEgress)
    {
        var made = MapRule.Of(rule, allows, isEgress);
        var key = new PolicyKey(Text(made.Kind), new ObjectName(Text(made.Namespace), Text(made.Name)));
        if (!_hits.TryGetValue(key, out var list)) _hits[key] = list = [];
        foreach (var known in list)
            if (known.Rule.IsEqual(rule, allows, isEgress)) return known;
        var hit = new Hit(made);
        list.Add(hit);
        return hit;
    }

    private static string Text(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
