using System.Text.Json.Nodes;

namespace Weir.FlowLog.Selection;

/// <summary>ContainerNetworkMetrics that are valid and mean something else than they seem to.</summary>
public static class MetricLint
{
    private static readonly string[] _itemFields = ["metric", "includeFilters", "excludeFilters"];
    private static readonly string[] _filterFields = ["name", "protocol", "verdict", "from", "to"];
    private static readonly string[] _peerFields = ["namespacedPod", "labelSelector", "ip"];

    /// <summary>What is worth a second look, one sentence each with its place.</summary>
    /// <param name="document">The whole object; with no faults.</param>
    public static IReadOnlyList<LogFault> Find(JsonObject document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var found = new List<LogFault>();
        foreach (var (item, path) in Items((document["spec"] as JsonObject)?["filters"], "spec.filters"))
        {
            Unknown(item, _itemFields, path, found);
            foreach (var (filter, at) in Items(item["includeFilters"], path + ".includeFilters").Concat(Items(item["excludeFilters"], path + ".excludeFilters")))
                LookAt(filter, at, found);
            FindAlternatives(item, path + ".includeFilters", found);
        }

        return found;
    }

    private static void LookAt(JsonObject filter, string path, List<LogFault> found)
    {
        foreach (var field in _peerFields.Where(filter.ContainsKey))
            found.Add(new LogFault($"{path}.{field}", $"{field} stands beside from and to, where it has no effect; indent it under one of them."));
        Unknown(filter, _filterFields, path, found, known: _peerFields);
        if (filter.All(f => f.Key == "name" || f.Value is null or JsonArray { Count: 0 } or JsonObject { Count: 0 }))
            found.Add(new LogFault(path, "The filter says nothing, so it fits every flow; remove it, or say which flows are meant."));
        foreach (var side in (string[])["from", "to"])
        {
            if (filter[side] is not JsonObject peer) continue;
            Unknown(peer, _peerFields, $"{path}.{side}", found);
            foreach (var (pod, i) in (peer["namespacedPod"] as JsonArray ?? []).Select((p, i) => (p?.ToString() ?? "", i)).Where(p => p.Item1.Contains('*', StringComparison.Ordinal)))
            {
                found.Add(new LogFault(
                    $"{path}.{side}.namespacedPod[{i}]", $"'{pod}' matches no pod: names are matched by how they begin, and * stands for itself. Write {pod[..pod.IndexOf('*', StringComparison.Ordinal)]}."));
            }
        }
    }

    /// <summary>Filters that each say one half: their author most likely meant both halves at once.</summary>
    private static void FindAlternatives(JsonObject item, string path, List<LogFault> found)
    {
        var filters = Items(item["includeFilters"], path).ToList();
        var what = filters.FirstOrDefault(f => Says(f.Node, "protocol", "verdict") && !Says(f.Node, "from", "to"));
        var who = filters.FirstOrDefault(f => Says(f.Node, "from", "to") && !Says(f.Node, "protocol", "verdict"));
        if (what.Node is null || who.Node is null) return;
        found.Add(new LogFault(
            who.Path, $"Items of a list are alternatives: flows that fit {what.Path} count whoever they are between. To require both, put them into one item."));
    }

    private static bool Says(JsonObject filter, params string[] fields) => fields.Any(f => filter[f] is JsonArray { Count: > 0 } or JsonObject { Count: > 0 });

    private static void Unknown(JsonObject node, IReadOnlyList<string> fields, string path, List<LogFault> found, IReadOnlyList<string>? known = null)
    {
        foreach (var (field, _) in node.Where(f => !fields.Contains(f.Key) && known?.Contains(f.Key) != true))
            found.Add(new LogFault($"{path}.{field}", $"There is no field {field} here, so it has no effect; there are {string.Join(", ", fields)}."));
    }

    private static IEnumerable<(JsonObject Node, string Path)> Items(JsonNode? list, string path) =>
        (list as JsonArray ?? []).Select((node, i) => (node as JsonObject, $"{path}[{i}]")).Where(i => i.Item1 is not null)!;
}
