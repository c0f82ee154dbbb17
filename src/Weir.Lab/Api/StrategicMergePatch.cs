using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Kubernetes' own merge: lists of built-in kinds merge by a key, and directives delete, replace and order.</summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";
    private const string RetainKeys = "$retainKeys";

    // The field that tells the elements of a list apart; lists that are not here are replaced whole.
    private static readonly Dictionary<string, string[]> _keys = new()
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["volumes"] = ["name"],
        ["env"] = ["name"],
        ["imagePullSecrets"] = ["name"],
        ["secrets"] = ["name"],
        ["resourceClaims"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["volumeDevices"] = ["devicePath"],

        // Of a container, or of a service.
        ["ports"] = ["containerPort", "port"],
        ["hostAliases"] = ["ip"],
        ["podIPs"] = ["ip"],
        ["hostIPs"] = ["ip"],
        ["topologySpreadConstraints"] = ["topologyKey"],
        ["conditions"] = ["type"],
        ["addresses"] = ["type"],
        ["ownerReferences"] = ["uid"],
        ["taints"] = ["key"],
    };

    private static readonly HashSet<string> _sets = ["finalizers", "podCIDRs"];

    /// <summary>Changes <paramref name="target"/> in place.</summary>
    /// <exception cref="ApiStatusException">A directive is not understood (400).</exception>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        if (patch.Text(Directive) is { } directive)
        {
            target.Clear();
            if (directive == "delete") return;
            if (directive is not ("replace" or "merge")) throw ApiFaults.BadRequest($"unknown patch directive \"{directive}\"");
        }

        if (patch[RetainKeys] is JsonArray retained)
        {
            var names = retained.Select(r => r.Text()).ToHashSet();
            foreach (var name in target.Select(p => p.Key).Where(k => !names.Contains(k)).ToList()) target.Remove(name);
        }

        foreach (var (name, value) in patch)
        {
            if (name is Directive or RetainKeys || name.StartsWith(OrderPrefix, StringComparison.Ordinal)) continue;
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
            {
                var list = name[DeletePrefix.Length..];
                if (target[list] is JsonArray from) from.RemoveAll(f => value.Items().Any(v => JsonTree.Same(v, f)));
                continue;
            }

            Merge(target, name, value);
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(OrderPrefix, StringComparison.Ordinal) && value is JsonArray order) Sort(target, name[OrderPrefix.Length..], order);
        }
    }

    private static void Merge(JsonObject target, string name, JsonNode? value)
    {
        switch (value)
        {
            case null:
                target.Remove(name);
                break;
            case JsonObject map:
                if (target[name] is not JsonObject inner) target[name] = inner = [];
                Apply(inner, map);
                break;
            case JsonArray list when target[name] is JsonArray known && _sets.Contains(name):
                foreach (var item in list.Where(i => !known.Any(k => JsonTree.Same(k, i))).ToList()) known.Add(item?.DeepClone());
                break;
            case JsonArray list when KeyOf(name, list) is { } key:
                if (target[name] is not JsonArray elements) target[name] = elements = [];
                MergeList(elements, list, key);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static string? KeyOf(string name, JsonArray list)
    {
        if (!_keys.TryGetValue(name, out var candidates) || list.Count == 0) return null;
        return Array.Find(candidates, key => list.OfType<JsonObject>().Where(i => i.Text(Directive) != "replace").All(i => i.ContainsKey(key)));
    }

    private static void MergeList(JsonArray elements, JsonArray patch, string key)
    {
        if (patch.Any(p => p.Text(Directive) == "replace")) elements.Clear();
        foreach (var item in patch.OfType<JsonObject>())
        {
            var directive = item.Text(Directive);
            if (directive == "replace" && item.Count == 1) continue;
            var known = elements.OfType<JsonObject>().FirstOrDefault(e => JsonTree.Same(e[key], item[key]));
            if (directive == "delete")
            {
                if (known is not null) elements.Remove(known);
                continue;
            }

            if (known is null)
            {
                known = [];
                elements.Add(known);
            }

            var content = (JsonObject)item.DeepClone();
            content.Remove(Directive);
            Apply(known, content);
        }
    }

    // Elements that the order names come in that order; the others keep their place behind what they followed.
    private static void Sort(JsonObject target, string name, JsonArray order)
    {
        if (target[name] is not JsonArray elements) return;
        var ranks = elements.Select((element, index) => (Element: element, Rank: Rank(element), Index: index)).ToList();
        var last = -1;
        for (var i = 0; i < ranks.Count; i++)
        {
            if (ranks[i].Rank >= 0) last = ranks[i].Rank;
            else ranks[i] = ranks[i] with { Rank = last };
        }

        elements.Clear();
        foreach (var (element, _, _) in ranks.OrderBy(r => r.Rank).ThenBy(r => r.Index)) elements.Add(element);

        int Rank(JsonNode? element)
        {
            for (var i = 0; i < order.Count; i++)
            {
                var wanted = order[i];
                if (wanted is JsonObject map && element is JsonObject known
                    ? map.All(p => JsonTree.Same(p.Value, known[p.Key]))
                    : JsonTree.Same(wanted, element))
                    return i;
            }

            return -1;
        }
    }
}
