using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy.</summary>
internal sealed class CiliumReader(PolicyName name, string cluster)
{
    private static readonly HashSet<string> Entities = new(StringComparer.Ordinal)
    {
        "all", "world", "world-ipv4", "world-ipv6", "cluster", "host", "init", "ingress", "unmanaged", "remote-node",
        "health", "none", "kube-apiserver",
    };

    private readonly bool _clusterwide = name.Namespace.Length == 0;

    /// <summary>Reads <c>spec</c> and <c>specs</c>.</summary>
    public List<RuleSpec> Read(Field root)
    {
        List<RuleSpec> rules = [];
        Field spec = root["spec"], specs = root["specs"];
        if (spec.IsMissing && (specs.IsMissing || specs.Node!.Items.Count == 0))
        {
            root.Invalid("The policy is empty: it has neither spec nor specs.");
            return rules;
        }

        if (!spec.IsMissing && ReadSpec(spec, "spec") is { } single) rules.Add(single);
        var items = specs.Items() ?? [];
        for (var i = 0; i < items.Count; i++)
        {
            if (ReadSpec(items[i], $"specs[{i}]") is { } rule) rules.Add(rule);
        }

        return rules;
    }

    private RuleSpec? ReadSpec(Field field, string path)
    {
        if (!field.IsObject()) return null;
        field.Only("endpointSelector", "nodeSelector", "ingress", "ingressDeny", "egress", "egressDeny", "labels", "enableDefaultDeny", "description", "log");
        Field pods = field["endpointSelector"], nodes = field["nodeSelector"];
        var isAboutNodes = !nodes.IsMissing;
        if (pods.IsMissing == nodes.IsMissing)
        {
            field.Invalid(isAboutNodes
                ? "endpointSelector and nodeSelector stand together; make a policy of each."
                : "endpointSelector is missing. {} selects every pod of the namespace.");
        }

        if (isAboutNodes && !_clusterwide) nodes.Invalid("nodeSelector belongs in a CiliumClusterwideNetworkPolicy: nodes have no namespace.");
        if (isAboutNodes) nodes.Unsupported("Weir enforces policy on pods, not on nodes themselves. Use endpointSelector, or the node's own firewall.");
        var selector = SelectorReader.Read(isAboutNodes ? nodes : pods) ?? LabelSelector.Everything;
        var prefix = path == "spec" ? "" : path + ".";
        var rule = new RuleSpec(_clusterwide ? selector : OwnNamespace(selector), path)
        {
            IsAboutNodes = isAboutNodes,
            Ingress = ReadList(field, "ingress", prefix, ingress: true, deny: false, isAboutNodes),
            IngressDeny = ReadList(field, "ingressDeny", prefix, ingress: true, deny: true, isAboutNodes),
            Egress = ReadList(field, "egress", prefix, ingress: false, deny: false, isAboutNodes),
            EgressDeny = ReadList(field, "egressDeny", prefix, ingress: false, deny: true, isAboutNodes),
        };
        bool comesIn = rule.Ingress is { Count: > 0 } || rule.IngressDeny is { Count: > 0 };
        bool goesOut = rule.Egress is { Count: > 0 } || rule.EgressDeny is { Count: > 0 };
        if (!comesIn && !goesOut)
            field.Invalid("There is no rule: at least one of ingress, ingressDeny, egress and egressDeny needs an item. An empty list is no rule and blocks nothing; [{}] blocks everything.");
        var defaults = field["enableDefaultDeny"];
        if (!defaults.IsMissing) defaults.Only("ingress", "egress");
        bool? ingressDefault = defaults["ingress"].Boolean(), egressDefault = defaults["egress"].Boolean();
        CheckLog(field["log"]);
        CheckLabels(field["labels"]);
        field["description"].Text();
        return rule with { DefaultDenyIngress = comesIn && ingressDefault != false, DefaultDenyEgress = goesOut && egressDefault != false };
    }

    private static void CheckLabels(Field field)
    {
        foreach (var label in field.Items() ?? [])
        {
            if (!label.IsObject()) continue;
            label.Only("key", "value", "source", "cidr");
            label["key"].Text();
            label["value"].Text();
            label["source"].Text();
        }
    }

    private static void CheckLog(Field log)
    {
        if (!log.IsObject()) return;
        log.Only("value");
        if (log["value"].Text() is { } text && (text.Length > 32 || text.Any(char.IsControl)))
            log["value"].Invalid("The text has at most 32 printable characters.");
    }

    private List<PeerRule>? ReadList(Field spec, string name1, string prefix, bool ingress, bool deny, bool isAboutNodes)
    {
        var items = spec[name1].Items();
        if (items is null) return null;
        List<PeerRule> rules = new(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var origin = new RuleOrigin(name.Kind, name.Namespace, name.Name, prefix + name1, i);
            if (ReadRule(items[i], new PeerRule(origin, deny), ingress) is not { } rule) continue;
            rules.Add(rule);
            if (isAboutNodes && rule.Ports is { } ports && ports.Any(p => p.L7 is not null && (ingress || p.L7.Parser != "dns")))
                items[i]["toPorts"].Invalid("L7 rules are not supported on nodes.");
        }

        return rules;
    }

    private PeerRule? ReadRule(Field field, PeerRule rule, bool ingress)
    {
        // An item written as null is the empty rule, as Go's reader takes it.
        if (field.IsMissing) return rule;
        if (!field.IsObject()) return null;
        var side = ingress ? "from" : "to";
        if (ingress && rule.IsDeny) field.Only("fromEndpoints", "fromRequires", "fromCIDR", "fromCIDRSet", "fromEntities", "fromGroups", "fromNodes", "toPorts", "icmps");
        else if (ingress) field.Only("fromEndpoints", "fromRequires", "fromCIDR", "fromCIDRSet", "fromEntities", "fromGroups", "fromNodes", "toPorts", "icmps", "authentication");
        else if (rule.IsDeny) field.Only("toEndpoints", "toRequires", "toCIDR", "toCIDRSet", "toEntities", "toGroups", "toNodes", "toServices", "toPorts", "icmps");
        else field.Only("toEndpoints", "toRequires", "toCIDR", "toCIDRSet", "toEntities", "toGroups", "toNodes", "toServices", "toFQDNs", "toPorts", "icmps", "authentication");

        var requires = field[side + "Requires"];
        if (requires.Items() is { Count: > 0 }) requires.Invalid($"{side}Requires no longer exists. Add its labels to each selector of {side}Endpoints.");
        Field nodes = field[side + "Nodes"], groups = field[side + "Groups"];
        var groupItems = groups.Items();
        if (!nodes.IsMissing) nodes.Unsupported("Weir does not tell nodes apart by label. Use the entities host and remote-node, or CIDRs.");
        if (groupItems is { Count: > 0 }) groups.Unsupported("Weir does not ask cloud providers for groups. Use a CiliumCIDRGroup.");
        CheckAuthentication(field["authentication"]);
        var result = rule with
        {
            Endpoints = field[side + "Endpoints"].ListOf(e => SelectorReader.Read(e) is { } s ? PeerNamespace(s) : null),
            Entities = field[side + "Entities"].ListOf(ReadEntity),
            Cidrs = field[side + "CIDR"].ListOf(CidrReader.Read),
            CidrSets = field[side + "CIDRSet"].ListOf(CidrReader.ReadSet),
            Nodes = nodes.ListOf(SelectorReader.Read),
            Groups = groupItems?.Count,
            Services = ingress ? null : field["toServices"].ListOf(ReadService),
            Names = ingress || rule.IsDeny ? null : field["toFQDNs"].ListOf(NameReader.Read),
            Ports = field["toPorts"].ListOf(p => PortReader.Read(p, ingress, rule.IsDeny)),
            Icmps = field["icmps"].Items() is { Count: > 0 } icmps ? [.. icmps.SelectMany(PortReader.ReadIcmp)] : null,
        };
        CheckCombinations(field, result, side);
        return result;
    }

    private static void CheckCombinations(Field field, PeerRule rule, string side)
    {
        (string Name, int Count)[] members =
        [
            (side + "Endpoints", rule.Endpoints?.Count ?? 0), (side + "CIDR", rule.Cidrs?.Count ?? 0), (side + "CIDRSet", rule.CidrSets?.Count ?? 0),
            (side + "Entities", rule.Entities?.Count ?? 0), (side + "Groups", rule.Groups ?? 0), (side + "Nodes", rule.Nodes?.Count ?? 0),
            ("toServices", rule.Services?.Count ?? 0), ("toFQDNs", rule.Names?.Count ?? 0),
        ];
        var given = members.Where(m => m.Count > 0).Select(m => m.Name).ToArray();
        if (given.Length > 1) field.Invalid($"{string.Join(" and ", given)} stand in one rule, which is not supported. Make a rule of each; rules are alternatives.");
        if (rule.Icmps is not null && rule.Ports is { Count: > 0 })
            field.Invalid("icmps and toPorts stand in one rule, which is not supported. Make a rule of each.");
    }

    private static void CheckAuthentication(Field field)
    {
        if (!field.IsObject()) return;
        field.Only("mode");
        var mode = field["mode"].Text();
        if (mode is not ("disabled" or "required" or "test-always-fail"))
            field["mode"].Schema($"Found {field["mode"].Found}; expected disabled, required or test-always-fail.");
        else if (mode != "disabled")
            field["mode"].Unsupported("Weir has no mutual authentication. Remove the field, and encrypt between the pods themselves.");
    }

    private static string? ReadEntity(Field field)
    {
        var text = field.Text();
        if (text is null) return null;
        if (!Entities.Contains(text)) field.Invalid($"There is no entity '{text}'. Expected one of {string.Join(", ", Entities)}.");
        else if (text is "world-ipv4" or "world-ipv6") field.Schema($"The schema has no entity '{text}'. Use world, or the CIDR {(text == "world-ipv4" ? "0.0.0.0/0" : "::/0")}.");
        return text;
    }

    private ServicePeer? ReadService(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("k8sService", "k8sServiceSelector");
        Field byName = field["k8sService"], bySelector = field["k8sServiceSelector"];
        if (bySelector.IsObject())
        {
            bySelector.Only("selector", "namespace");
            var selector = SelectorReader.Read(bySelector["selector"]);
            if (selector is null) bySelector["selector"].Invalid("The selector is missing. {} selects every service.");
            return new ServicePeer(null, bySelector["namespace"].Text() ?? "", selector);
        }

        if (!byName.IsObject()) return new ServicePeer(null, "", null);
        byName.Only("serviceName", "namespace");
        return new ServicePeer(byName["serviceName"].Text() ?? "", byName["namespace"].Text() ?? "", null);
    }

    private LabelSelector OwnNamespace(LabelSelector selector)
    {
        if (selector.Requirements.Any(r => r.Source == LabelNames.Reserved && r.Key == "init")) return selector;
        return new LabelSelector(selector.Requirements.Where(r => r.Key != LabelNames.Namespace || r.Source is not (LabelNames.Kubernetes or LabelRequirement.AnySource))
            .Append(LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Namespace, name.Namespace)));
    }

    private LabelSelector PeerNamespace(LabelSelector selector)
    {
        if (selector.Requirements.Any(r => r.Source == LabelNames.Reserved)) return selector;
        List<LabelRequirement> added = [];
        var namesOne = selector.Requirements.Any(r => r.Source is LabelNames.Kubernetes or LabelRequirement.AnySource &&
            (r.Key == LabelNames.Namespace || r.Key.StartsWith(LabelNames.NamespaceLabels, StringComparison.Ordinal)));
        if (!namesOne)
        {
            added.Add(_clusterwide
                ? new LabelRequirement(LabelNames.Kubernetes, LabelNames.Namespace, LabelOperator.Exists, [])
                : LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Namespace, name.Namespace));
        }

        if (!_clusterwide && !selector.Names(LabelNames.Cluster)) added.Add(LabelRequirement.Is(LabelNames.Kubernetes, LabelNames.Cluster, cluster));
        return added.Count == 0 ? selector : new LabelSelector(selector.Requirements.Concat(added));
    }
}
