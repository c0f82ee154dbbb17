using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Compile.Selectors;
using Weir.Policy.Documents;
using Weir.Policy.Rules;
using Weir.Policy.Testing;

namespace Weir.Policy.Explain;

/// <summary>Answers "why?" about a flow.</summary>
/// <param name="world">The policies and pods.</param>
/// <param name="places">The file of each policy, for messages; may be empty.</param>
public sealed class Explainer(CaseWorld world, IReadOnlyDictionary<PolicyName, string> places)
{
    /// <summary>Explains a flow that people named by words.</summary>
    /// <param name="from">Who opens it: <c>ns/pod</c>, <c>app=web</c>, an address, or an entity.</param>
    /// <param name="to">To whom: the same, or a DNS name.</param>
    /// <param name="port">The port, such as <c>3002/tcp</c>.</param>
    /// <param name="request">What is said on it; null for nothing.</param>
    /// <param name="ns">The namespace of pods that are named without one.</param>
    /// <exception cref="FormatException">One of the texts means nothing.</exception>
    public Explanation Explain(string from, string to, string port, CaseRequest? request = null, string ns = "default")
    {
        var (source, withSource) = PeerText.Parse(from, world, ns, out var first);
        var (destination, complete) = PeerText.Parse(to, withSource, ns, out var second);
        var (protocol, number) = PeerText.ParsePort(port);
        var explanation = new Explainer(complete, places).Explain(new CaseFlow(source, destination, protocol, number), request);
        return explanation with { Flow = $"{from} -> {to} {port}{(request is null ? "" : $" {request}")}", Notes = [.. new[] { first, second }.OfType<string>(), .. explanation.Notes] };
    }

    /// <summary>Explains a flow.</summary>
    public Explanation Explain(CaseFlow flow, CaseRequest? request)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var answer = new CaseEngine(world).Ask(flow);
        var egress = Side(answer.Egress, flow, request, ingress: false);
        var ingress = Side(answer.Ingress, flow, request, ingress: true);
        var stopped = egress.Stops || ingress.Stops;
        var verdict = stopped ? "deny" : request is null ? answer.Verdict : "allow";
        return new Explanation(flow.ToString(), verdict, egress, ingress, stopped ? Patch(answer, flow, request, egress, ingress) : null, []);
    }

    private Patch Patch(CaseAnswer answer, CaseFlow flow, CaseRequest? request, SideExplanation egress, SideExplanation ingress)
    {
        var denying = new[] { answer.Egress, answer.Ingress }.Where(s => s.Decision.Rules.Basis == DecisionBasis.Deny).SelectMany(s => s.Decision.Rules.Rules).Distinct().ToList();
        if (denying.Count > 0) return new Patch("", [], $"A deny rule wins over every allow rule: remove or narrow {string.Join(" and ", denying)}.");
        if (answer.Egress.Conflict is not null || answer.Ingress.Conflict is not null) return new Patch("", [], "The policies contradict each other and cannot be compiled; mend that first.");
        return new PatchBuilder(world, flow, request).Build(egress.Stops, ingress.Stops);
    }

    private SideExplanation Side(CaseSide side, CaseFlow flow, CaseRequest? request, bool ingress)
    {
        var rules = side.Decision.Rules;
        var passes = request?.Passes(side.Decision) ?? side.Decision.Action != PolicyAction.Deny;
        var explanation = new SideExplanation(ingress ? "ingress" : "egress", side.Verdict, DecisionText.Why(side))
        {
            Stops = side.Decision.Action == PolicyAction.Deny || !passes,
            Rules = rules.Basis is DecisionBasis.Allow or DecisionBasis.Deny ? [.. rules.Rules.Select(Quote)] : [],
            CausedBy = rules.Basis == DecisionBasis.DefaultDeny ? [.. rules.Rules.Select(r => $"{r.Kind} {r}{Place(r)}")] : [],
            Request = request is null || side.Decision.Action != PolicyAction.Redirect ? null
                : $"{request} {(passes ? "passes" : "is refused by")} the {side.Decision.L7!.Parser} rules{(passes ? "" : $" {CaseJson.WriteL7(side.Decision)}")}",
        };
        var self = ingress ? flow.Destination : flow.Source;
        if (!explanation.Stops || rules.Basis == DecisionBasis.Deny || self.Endpoint is null) return explanation;
        var peer = ingress ? flow.Source : flow.Destination;
        var subject = world.Endpoints.First(e => e.Name == self.Endpoint).Labels;
        var (identity, names) = Identity(peer);
        return explanation with { Nearest = new NearestRule(world).Find(subject, identity, names, flow, ingress) };
    }

    private (PeerIdentity Identity, IReadOnlyList<string> Names) Identity(CasePeer peer)
    {
        if (peer.Endpoint is { } name) return (new PeerIdentity(SecurityIdentity.FirstAllocated, world.Endpoints.First(e => e.Name == name).Labels), []);
        if (peer.Address is not { } address) return (new PeerIdentity(1, LabelSet.Reserved(peer.Entity ?? "world")), []);
        var labels = LabelSet.Reserved(!world.Configuration.DualStack ? "world" : address.IsIPv4 ? "world-ipv4" : "world-ipv6");
        return (new PeerIdentity(SecurityIdentity.FirstLocal, labels, IpPrefix.Of(address)), [.. world.Names.Where(n => n.Addresses.Contains(address)).Select(n => n.Name)]);
    }

    private string Quote(RuleOrigin origin)
    {
        var policy = world.Policies.FirstOrDefault(p => p.Name == new PolicyName(origin.Kind, origin.Namespace, origin.Name));
        var node = policy?.Source;
        foreach (var step in (origin.Field.Contains('.', StringComparison.Ordinal) ? origin.Field : $"spec.{origin.Field}").Split('.'))
        {
            var bracket = step.IndexOf('[', StringComparison.Ordinal);
            node = node?.Find(bracket < 0 ? step : step[..bracket]);
            if (bracket >= 0 && node is not null && int.TryParse(step.AsSpan(bracket + 1, step.Length - bracket - 2), out var at)) node = at < node.Items.Count ? node.Items[at] : null;
        }

        node = node is not null && origin.Index >= 0 && origin.Index < node.Items.Count ? node.Items[origin.Index] : null;
        return $"{origin.Kind} {origin}{Place(origin, node?.Line ?? 0)}:\n{(node is null ? "" : YamlText.Write(YamlText.ToJson(node), 2))}";
    }

    private string Place(RuleOrigin origin, int line = 0)
    {
        if (!places.TryGetValue(new PolicyName(origin.Kind, origin.Namespace, origin.Name), out var file)) return "";
        return line > 0 ? $" ({file}:{line})" : $" ({file})";
    }
}
