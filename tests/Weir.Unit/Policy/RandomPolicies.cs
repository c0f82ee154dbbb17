using System.Text.Json.Nodes;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Reading;
using Weir.Policy.Rules;

namespace Weir.Unit.Policy;

/// <summary>Makes policies, pods and packets that are likely to have to do with each other.</summary>
internal sealed class RandomPolicies(int seed)
{
    private static readonly string[] Namespaces = ["shop", "pay"];
    private static readonly string[] Apps = ["web", "api", "db"];
    private static readonly string[] Tiers = ["front", "back"];
    private static readonly string[] Ranges = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "203.0.113.0/24", "0.0.0.0/0"];
    private static readonly string[] Entities = ["world", "cluster", "host", "all", "remote-node", "none"];
    private static readonly string[] Addresses = ["10.1.2.3", "10.1.9.9", "10.9.9.9", "203.0.113.7", "192.0.2.1"];

    private readonly Random _random = new(seed);

    public static IReadOnlyList<LabelSet> Pods { get; } =
    [
        .. from ns in Namespaces from app in Apps from tier in Tiers select IdentityLabels.ForPod(ns,
            [new("app", app), new("tier", tier)], [new("team", ns == "shop" ? "red" : "blue")], null),
    ];

    public static SecurityIdentity IdentityOf(int pod) => new((uint)(SecurityIdentity.FirstAllocated + pod));

    public static IReadOnlyList<IpAddress> Outside { get; } = [.. Addresses.Select(IpAddress.Parse)];

    public static IEnumerable<(IpProtocol Protocol, ushort Port)> Packets()
    {
        foreach (ushort port in new ushort[] { 22, 53, 79, 80, 81, 443, 8000, 8042, 8100, 8101 })
        {
            yield return (IpProtocol.Tcp, port);
            if (port is 53 or 80) yield return (IpProtocol.Udp, port);
        }

        yield return (IpProtocol.Sctp, 80);
        yield return (IpProtocol.Icmp, 8);
        yield return (IpProtocol.Icmp, 0);
        yield return (IpProtocol.IcmpV6, 128);
    }

    public int Next(int most) => _random.Next(most);

    public PolicySpec Policy(string name)
    {
        var ns = Pick(Namespaces);
        var clusterwide = Chance(4);
        var spec = new JsonObject { ["endpointSelector"] = Selector() };
        foreach (var list in new[] { "ingress", "egress", "ingressDeny", "egressDeny" })
        {
            if (!Chance(list.EndsWith("Deny", StringComparison.Ordinal) ? 4 : 2)) continue;
            spec[list] = new JsonArray([.. Enumerable.Range(0, 1 + Next(3)).Select(_ => Rule(list))]);
        }

        if (spec.Count == 1) spec["ingress"] = new JsonArray(new JsonObject());
        if (Chance(6)) spec["enableDefaultDeny"] = new JsonObject { [Chance(2) ? "ingress" : "egress"] = false };
        var document = new JsonObject
        {
            ["apiVersion"] = "cilium.io/v2",
            ["kind"] = clusterwide ? PolicyName.Clusterwide : PolicyName.Cilium,
            ["metadata"] = clusterwide ? new JsonObject { ["name"] = name } : new JsonObject { ["name"] = name, ["namespace"] = ns },
            ["spec"] = spec,
        };
        var reading = PolicyReader.ReadText(document.ToJsonString())[0];
        return reading.HasMeaning ? reading.Policy! : throw new InvalidOperationException($"{string.Join(" ", reading.Problems)} in {document}");
    }

    public JsonObject Rule(string list)
    {
        var side = list.StartsWith("ingress", StringComparison.Ordinal) ? "from" : "to";
        var deny = list.EndsWith("Deny", StringComparison.Ordinal);
        var rule = new JsonObject();
        switch (Next(6))
        {
            case 0 or 1:
                rule[side + "Endpoints"] = new JsonArray([.. Enumerable.Range(0, Next(3)).Select(_ => Selector())]);
                break;
            case 2:
                rule[side + "Entities"] = new JsonArray(Pick(Entities));
                break;
            case 3:
                rule[side + "CIDRSet"] = new JsonArray(new JsonObject { ["cidr"] = "10.0.0.0/8", ["except"] = new JsonArray(Chance(2) ? "10.1.0.0/16" : "10.1.2.0/24") });
                break;
            case 4:
                rule[side + "CIDR"] = new JsonArray(Pick(Ranges));
                break;
            default:
                break;
        }

        if (Chance(8)) rule["icmps"] = new JsonArray(new JsonObject { ["fields"] = new JsonArray(new JsonObject { ["type"] = Chance(3) ? 0 : 8 }) });
        else if (!Chance(3)) rule["toPorts"] = new JsonArray([.. Enumerable.Range(0, 1 + Next(2)).Select(_ => Ports(deny))]);
        return rule;
    }

    private JsonObject Ports(bool deny)
    {
        var l7 = !deny && Chance(4);
        JsonObject port = (l7 ? Next(3) : Next(6)) switch
        {
            0 => new JsonObject { ["port"] = "80", ["protocol"] = "TCP" },
            1 => new JsonObject { ["port"] = "8000", ["endPort"] = 8100, ["protocol"] = "TCP" },
            2 => new JsonObject { ["port"] = "8042", ["protocol"] = "TCP" },
            3 => new JsonObject { ["port"] = "0", ["protocol"] = "TCP" },
            4 => new JsonObject { ["port"] = "80" },
            _ => new JsonObject { ["port"] = "53", ["protocol"] = "UDP" },
        };
        var rule = new JsonObject { ["ports"] = new JsonArray(port) };
        if (l7) rule["rules"] = new JsonObject { ["http"] = new JsonArray(new JsonObject { ["method"] = Chance(2) ? "GET" : "POST" }) };
        return rule;
    }

    private JsonObject Selector()
    {
        var labels = new JsonObject();
        if (Chance(2)) labels["app"] = Pick(Apps);
        if (Chance(3)) labels["tier"] = Pick(Tiers);
        if (Chance(5)) labels["k8s:io.kubernetes.pod.namespace"] = Pick(Namespaces);
        var selector = new JsonObject { ["matchLabels"] = labels };
        if (Chance(5)) selector["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = "app", ["operator"] = "NotIn", ["values"] = new JsonArray(Pick(Apps)) });
        return selector;
    }

    private bool Chance(int oneIn) => Next(oneIn) == 0;

    private string Pick(string[] choices) => choices[Next(choices.Length)];
}
