using System.Globalization;
using Weir.Model;
using Weir.Policy.Documents;
using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads Kubernetes' own NetworkPolicy, with the meaning that Cilium gives it.</summary>
internal sealed class NetworkPolicyReader(PolicyName name, string cluster)
{
    /// <summary>Reads <c>spec</c>.</summary>
    public List<RuleSpec> Read(Field root)
    {
        var spec = root["spec"];
        if (spec.IsMissing) spec = new Field(DocumentNode.Object([]), []); // an empty spec: no ingress for every pod of the namespace
        if (!spec.IsObject()) return [];
        spec.Only("podSelector", "ingress", "egress", "policyTypes");
        var selector = SelectorReader.ReadKubernetes(spec["podSelector"]) ?? LabelSelector.Everything;
        var types = spec["policyTypes"].ListOf(ReadType) ?? [];
        var ingress = ReadList(spec["ingress"], "ingress", "from");
        var egress = ReadList(spec["egress"], "egress", "to");

        // Rules count whatever the types say; the types only add the default deny of a direction without rules.
        var deniesIngress = ingress is { Count: > 0 } || types.Count == 0 || types.Contains("Ingress");
        var deniesEgress = egress is { Count: > 0 } || types.Contains("Egress");
        var subject = selector.With(LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Namespace, name.Namespace));
        return
        [
            new RuleSpec(subject, "spec")
            {
                Ingress = ingress ?? [],
                Egress = egress ?? [],
                DefaultDenyIngress = deniesIngress,
                DefaultDenyEgress = deniesEgress,
            },
        ];
    }

    private static string? ReadType(Field field)
    {
        var text = field.Text();
        if (text is "Ingress" or "Egress") return text;
        field.Invalid($"Found {field.Found}; expected Ingress or Egress.");
        return null;
    }

    private List<PeerRule>? ReadList(Field field, string list, string side)
    {
        var items = field.Items();
        if (items is null) return null;
        List<PeerRule> rules = new(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            if (!item.IsMissing && !item.IsObject()) continue;
            item.Only(side, "ports");
            var rule = new PeerRule(new RuleOrigin(name.Kind, name.Namespace, name.Name, list, i), false);
            var peers = item[side].Items() ?? [];
            if (peers.Count == 0)
            {
                rule = rule with { Anyone = true };
            }
            else
            {
                List<LabelSelector> pods = [];
                List<CidrRule> ranges = [];
                foreach (var peer in peers) ReadPeer(peer, pods, ranges);
                rule = rule with { Endpoints = pods.Count > 0 ? pods : null, CidrSets = ranges.Count > 0 ? ranges : null };
                if (pods.Count == 0 && ranges.Count == 0) rule = rule with { Endpoints = [] };
            }

            var ports = item["ports"].Items() ?? [];
            if (ports.Count > 0) rule = rule with { Ports = [new PortRule([.. ports.Select(ReadPort).OfType<PortRange>()])] };
            rules.Add(rule);
        }

        return rules;
    }

    private void ReadPeer(Field field, List<LabelSelector> pods, List<CidrRule> ranges)
    {
        if (!field.IsObject())
        {
            if (field.IsMissing) field.Invalid("A peer is missing: expected podSelector, namespaceSelector or ipBlock.");
            return;
        }

        field.Only("podSelector", "namespaceSelector", "ipBlock");
        Field pod = field["podSelector"], space = field["namespaceSelector"], block = field["ipBlock"];
        if (!block.IsMissing)
        {
            if (!pod.IsMissing || !space.IsMissing) field.Invalid("ipBlock stands beside a selector. Make an item of each.");
            if (CidrReader.ReadBlock(block) is { } range) ranges.Add(range);
            return;
        }

        if (pod.IsMissing && space.IsMissing)
        {
            field.Invalid("The peer is empty: expected podSelector, namespaceSelector or ipBlock. podSelector: {} selects every pod of the namespace.");
            return;
        }

        IEnumerable<LabelRequirement> requirements = pod.IsMissing ? [] : SelectorReader.ReadKubernetes(pod)?.Requirements ?? [];
        if (space.IsMissing)
        {
            requirements = requirements.Append(LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Namespace, name.Namespace));
        }
        else
        {
            var chosen = SelectorReader.ReadKubernetes(space, LabelNames.NamespaceLabels)?.Requirements ?? [];
            requirements = requirements.Concat(chosen.Count > 0 ? chosen
                : [new LabelRequirement(LabelNames.Kubernetes, LabelNames.Namespace, LabelOperator.Exists, [])]);
        }

        pods.Add(new LabelSelector(requirements.Append(LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Cluster, cluster))));
    }

    private static PortRange? ReadPort(Field field)
    {
        if (field.IsMissing) return new PortRange(IpProtocol.Tcp, 0, 0);
        if (!field.IsObject()) return null;
        field.Only("port", "endPort", "protocol");
        var text = field["protocol"].Text();
        var protocol = text is null or "" ? IpProtocol.Tcp : PortReader.ParseProtocol(text);
        if (protocol is null or IpProtocol.Any)
        {
            field["protocol"].Invalid($"Found {field["protocol"].Found}; expected TCP, UDP or SCTP.");
            return null;
        }

        Field port = field["port"], end = field["endPort"];
        if (port.IsMissing)
        {
            if (!end.IsMissing) end.Invalid("endPort needs a port.");
            return new PortRange(protocol.Value, 0, 0);
        }

        if (port.Node!.Kind == NodeKind.Text)
        {
            var written = port.Node.Text;
            if (PortReader.IsServiceName(written))
            {
                if (!end.IsMissing) end.Invalid("endPort needs port to be a number, not a name.");
                return new PortRange(protocol.Value, 0, 0, written.ToLowerInvariant());
            }

            // Kubernetes refuses numbers in quotes; Cilium's reader takes them.
            if (ushort.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var quoted) && quoted > 0)
            {
                port.Schema($"'{written}' is in quotes and would be a port's name. Write it without quotes.");
                return new PortRange(protocol.Value, quoted, quoted);
            }

            port.Invalid($"'{written}' is no port: expected a number from 1 to 65535 without quotes, or a name of at most 15 letters, digits and '-'.");
            return null;
        }

        if (port.Integer(1, 65535) is not { } first) return null;
        var last = end.Integer(1, 65535) ?? first;
        if (last < first) end.Schema($"endPort {last} lies below port {first}.");
        return new PortRange(protocol.Value, (ushort)first, (ushort)Math.Max(first, last));
    }
}
