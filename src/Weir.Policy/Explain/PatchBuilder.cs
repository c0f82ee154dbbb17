using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Model;
using Weir.Policy.Documents;
using Weir.Policy.Reading;
using Weir.Policy.Rules;
using Weir.Policy.Testing;

namespace Weir.Policy.Explain;

/// <summary>Writes the smallest policies that let a flow pass, and computes what else they would admit.</summary>
internal sealed class PatchBuilder(CaseWorld world, CaseFlow flow, CaseRequest? request)
{
    private static readonly string[] NamingLabels = ["app", "app.kubernetes.io/name", "k8s-app", "name"];

    /// <summary>The policies for the sides that stop the flow.</summary>
    public Patch Build(bool egress, bool ingress)
    {
        List<JsonObject> policies = [];
        if (egress && Endpoint(flow.Source) is { } source) policies.Add(Policy(source, flow.Destination, "egress"));
        if (ingress && Endpoint(flow.Destination) is { } destination) policies.Add(Policy(destination, flow.Source, "ingress"));
        var yaml = string.Join("---\n", policies.Select(p => YamlText.Write(p)));
        List<PolicySpec> added = [.. policies.Select(p => PolicyReader.ReadText(p.ToJsonString())[0].Policy!)];
        var patched = world with { Policies = [.. world.Policies, .. added] };
        var note = flow.Destination.Address is not null && Names(flow.Destination).Count > 0
            ? "The name also has to be asked: a DNS rule for it to kube-dns on port 53 must be in force."
            : null;
        return new Patch(yaml, Admitted(patched), note);
    }

    private List<string> Admitted(CaseWorld patched)
    {
        CaseEngine before = new(world), after = new(patched);
        List<CasePeer> ends = [.. world.Endpoints.Select(e => new CasePeer(e.Name, null, null)), new(null, "world", null), new(null, "host", null)];
        if (flow.Source.Endpoint is null) ends.Add(flow.Source);
        if (flow.Destination.Endpoint is null) ends.Add(flow.Destination);
        List<string> admitted = [];
        foreach (var source in ends)
        {
            foreach (var destination in ends)
            {
                if ((source.Endpoint is null && destination.Endpoint is null) || source == destination || (source == flow.Source && destination == flow.Destination)) continue;
                var other = flow with { Source = source, Destination = destination };
                if (before.Ask(other).Action == Compile.PolicyAction.Deny && after.Ask(other).Action != Compile.PolicyAction.Deny) admitted.Add(other.ToString());
            }
        }

        return admitted;
    }

    private JsonObject Policy(CaseEndpoint subject, CasePeer peer, string direction)
    {
        var rule = new JsonObject();
        foreach (var (field, value) in PeerField(peer, direction == "egress" ? "to" : "from", subject.Namespace)) rule[field] = value;
        if (flow.Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6)
        {
            rule["icmps"] = new JsonArray(new JsonObject { ["fields"] = new JsonArray(new JsonObject { ["type"] = flow.Port, ["family"] = flow.Protocol == IpProtocol.Icmp ? "IPv4" : "IPv6" }) });
        }
        else
        {
            var ports = new JsonObject
            {
                ["ports"] = new JsonArray(new JsonObject { ["port"] = flow.Port.ToString(CultureInfo.InvariantCulture), ["protocol"] = flow.Protocol.ToString().ToUpperInvariant() }),
            };
            if (Limits(direction) is { } limits) ports["rules"] = limits;
            rule["toPorts"] = new JsonArray(ports);
        }

        return new JsonObject
        {
            ["apiVersion"] = "cilium.io/v2",
            ["kind"] = PolicyName.Cilium,
            ["metadata"] = new JsonObject { ["name"] = NameOf(direction), ["namespace"] = subject.Namespace },
            ["spec"] = new JsonObject
            {
                ["endpointSelector"] = new JsonObject { ["matchLabels"] = Labels(subject) },
                [direction] = new JsonArray(rule),
            },
        };
    }

    private IEnumerable<(string Field, JsonNode Value)> PeerField(CasePeer peer, string side, string ns)
    {
        if (Endpoint(peer) is { } endpoint)
        {
            var labels = Labels(endpoint);
            if (endpoint.Namespace != ns) labels["k8s:" + LabelNames.Namespace] = endpoint.Namespace;
            yield return (side + "Endpoints", new JsonArray(new JsonObject { ["matchLabels"] = labels }));
        }
        else if (peer.Address is { } address && peer.Entity is null)
        {
            var names = Names(peer);
            if (side == "to" && names.Count > 0) yield return ("toFQDNs", new JsonArray(new JsonObject { ["matchName"] = names[0] }));
            else yield return (side + "CIDR", new JsonArray(IpPrefix.Of(address).ToString()));
        }
        else
        {
            yield return (side + "Entities", new JsonArray(peer.Entity));
        }
    }

    private JsonObject? Limits(string direction)
    {
        if (request is null) return null;
        if (request.Name.Length > 0) return direction == "egress" ? new JsonObject { ["dns"] = new JsonArray(new JsonObject { ["matchName"] = request.Name }) } : null;
        if (flow.Protocol != IpProtocol.Tcp) return null;
        return new JsonObject { ["http"] = new JsonArray(new JsonObject { ["method"] = Literal(request.Method), ["path"] = Literal(request.Path) }) };
    }

    /// <summary>The fewest labels that no other known pod of the namespace has together.</summary>
    private JsonObject Labels(CaseEndpoint endpoint)
    {
        var own = endpoint.Labels.Labels
            .Where(l => l.Source == LabelNames.Kubernetes && !l.Key.StartsWith("io.cilium.", StringComparison.Ordinal) && l.Key != LabelNames.Namespace)
            .OrderBy(l => Array.IndexOf(NamingLabels, l.Key) is var at && at < 0 ? NamingLabels.Length : at).ThenBy(l => l.Key, StringComparer.Ordinal).ToList();
        var others = world.Endpoints.Where(e => e.Namespace == endpoint.Namespace && !e.Labels.Equals(endpoint.Labels)).ToList();
        List<Label> chosen = [];
        foreach (var label in own)
        {
            if (chosen.Count > 0 && !others.Exists(o => chosen.TrueForAll(c => o.Labels.Find(c.Source, c.Key) == c.Value))) break;
            chosen.Add(label);
        }

        return new JsonObject(chosen.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)JsonValue.Create(l.Value))));
    }

    private string NameOf(string direction)
    {
        var text = $"allow-{Short(flow.Source)}-to-{Short(flow.Destination)}-{flow.Port}-{direction}".ToLowerInvariant();
        var name = new StringBuilder();
        foreach (var c in text) name.Append(char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-');
        return name.ToString(0, Math.Min(name.Length, 63)).Trim('-');
    }

    private string Short(CasePeer peer) =>
        peer.Endpoint is { } endpoint ? endpoint[(endpoint.IndexOf('/', StringComparison.Ordinal) + 1)..] : Names(peer) is { Count: > 0 } names ? names[0] : peer.ToString();

    private CaseEndpoint? Endpoint(CasePeer peer) => peer.Endpoint is null ? null : world.Endpoints.FirstOrDefault(e => e.Name == peer.Endpoint);

    private List<string> Names(CasePeer peer) => peer.Address is { } address ? [.. world.Names.Where(n => n.Addresses.Contains(address)).Select(n => n.Name)] : [];

    private static string Literal(string text)
    {
        var pattern = new StringBuilder();
        foreach (var c in text)
        {
            if (c is '.' or '+' or '*' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or '|' or '^' or '$' or '\\') pattern.Append('\\');
            pattern.Append(c);
        }

        return pattern.ToString();
    }
}
