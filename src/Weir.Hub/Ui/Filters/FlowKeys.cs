using System.Globalization;
using System.Text;
using Weir.Hub.Ui.Flows;
using Weir.Model;
using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Filters;

/// <summary>The properties that a flow has as a whole.</summary>
internal static class FlowKeys
{
    private static readonly string[] _verdicts = ["forwarded", "dropped", "error", "audit", "redirected"];
    private static readonly string[] _protocols = ["tcp", "udp", "sctp", "icmp", "icmpv4", "icmpv6", "http", "dns"];
    private static readonly string[] _reasons = [.. Enum.GetValues<DropReason>().Where(r => r != DropReason.None).Select(r => r.Name().ToLowerInvariant())];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FilterKey> All { get; } =
    [
        new("protocol", "the protocol", "tcp") { OfFlow = Protocol, Values = _protocols },
        new("verdict", "what became of it", "dropped")
        {
            OfFlow = value => { var number = OneOf(value, _verdicts) + 1; return (in FlowView flow) => flow.Verdict == number; },
            Push = (filter, _, value) => { filter.Verdict.Add((Msg.Verdict)(OneOf(value, _verdicts) + 1)); return true; },
            Values = _verdicts,
        },
        new("type", "of packets and connections, or of requests", "l7")
        {
            OfFlow = value => { var isL7 = OneOf(value, ["l3_l4", "l7"]) == 1; return (in FlowView flow) => flow.Type == (int)Msg.FlowType.L7 == isL7; },
            Values = ["l3_l4", "l7"],
        },
        new("event", "what was seen: policy-verdict, drop, dns-request, …", "policy-verdict")
        {
            OfFlow = value => { var glob = new Glob(value, ignoreCase: true); return (in FlowView flow) => glob.IsMatch(FlowWords.Event(flow)); },
            Values = ["drop", "policy-verdict", "to-endpoint", "to-network", "to-proxy", "from-endpoint", "dns-request", "dns-response", "http-request", "http-response"],
        },
        new("direction", "as the pod sees it", "egress")
        {
            OfFlow = value => { var number = OneOf(value, ["ingress", "egress"]) + 1; return (in FlowView flow) => flow.Direction == number; },
            Values = ["ingress", "egress"],
        },
        new("reply", "whether it runs against the connection's opening", "false")
        {
            OfFlow = value => { var wanted = OneOf(value, ["false", "true"]) == 1; return (in FlowView flow) => (flow.IsReply ?? false) == wanted; },
            Values = ["true", "false"],
        },
        new("reason", "why it was dropped", "policy_denied")
        {
            OfFlow = value => { var word = Encoding.ASCII.GetBytes(_reasons[OneOf(value.Replace('-', '_'), _reasons)].ToUpperInvariant()); return (in FlowView flow) => flow.Verdict == 2 && FlowWords.Reason(flow.Reason).SequenceEqual(word); },
            Values = _reasons,
        },
        new("http.method", "an HTTP method", "GET")
        {
            OfFlow = value => { var glob = new Glob(value, ignoreCase: true); return (in FlowView flow) => flow.L7.IsHttp && glob.IsMatch(flow.L7.Method); },
            Values = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"],
        },
        new("http.path", "an HTTP path", "/products*")
        {
            OfFlow = value => { var glob = new Glob(value); return (in FlowView flow) => flow.L7.IsHttp && glob.IsMatch(flow.L7.Path); },
        },
        new("http.status", "an HTTP status, or 5xx for all that begin so", "403") { OfFlow = Status, Values = ["2xx", "3xx", "4xx", "5xx", "403"] },
        new("rule", "a policy that decided, as namespace/name or name", "pets/allow-store-front") { OfFlow = Rule },
        new("node", "the node that saw it", "node1")
        {
            OfFlow = value => { var glob = new Glob(value); return (in FlowView flow) => glob.IsMatch(flow.Node[(flow.Node.LastIndexOf((byte)'/') + 1)..]); },
        },
    ];

    private static FlowTest Protocol(string value) => _protocols[OneOf(value, _protocols)] switch
    {
        "http" => (in FlowView flow) => flow.L7.IsHttp,
        "dns" => (in FlowView flow) => flow.L7.IsDns,
        "tcp" => (in FlowView flow) => flow.Protocol == Transport.Tcp,
        "udp" => (in FlowView flow) => flow.Protocol == Transport.Udp,
        "sctp" => (in FlowView flow) => flow.Protocol == Transport.Sctp,
        "icmpv4" => (in FlowView flow) => flow.Protocol == Transport.IcmpV4,
        "icmpv6" => (in FlowView flow) => flow.Protocol == Transport.IcmpV6,
        _ => (in FlowView flow) => flow.Protocol is Transport.IcmpV4 or Transport.IcmpV6,
    };

    private static FlowTest Status(string value)
    {
        var digits = value.TrimEnd('+', 'x', 'X', '*');
        var isWhole = digits.Length == value.Length;
        if (digits.Length is < 1 or > 3 || (isWhole && digits.Length != 3) || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"'{value}' is no HTTP status; write 403, or 4xx for all that begin with 4.");
        var by = digits.Length switch { 1 => 100, 2 => 10, _ => 1 };
        return (in FlowView flow) => flow.L7.IsHttp && flow.L7.Code > 0 && flow.L7.Code / by == number;
    }

    private static FlowTest Rule(string value)
    {
        var parts = value.Split('/');
        var ns = parts.Length > 1 ? new Glob(parts[0]) : null;
        var name = new Glob(parts.Length > 1 ? parts[1] : parts[0]);
        var place = parts.Length > 2 ? Encoding.UTF8.GetBytes("weir:rule=" + parts[2]) : null;
        return (in FlowView flow) =>
        {
            var fields = new WireFields(flow.Message);
            while (fields.TryNext(out var field, out _, out var policy))
            {
                if (!RuleView.IsRule(field)) continue;
                var rule = new RuleView(policy);
                if (name.IsMatch(rule.Name) && (ns is null || ns.IsMatch(rule.Namespace)) && (place is null || policy.IndexOf(place) >= 0)) return true;
            }

            return false;
        };
    }

    private static int OneOf(string value, string[] words) =>
        Array.FindIndex(words, w => w.Equals(value, StringComparison.OrdinalIgnoreCase)) is var at and >= 0 ? at : throw new FormatException($"'{value}' is none of {string.Join(", ", words)}.");
}
