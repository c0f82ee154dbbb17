using System.Text.Json.Nodes;

namespace Weir.FlowLog.Selection;

/// <summary>Reads the <c>spec</c> of a ContainerNetworkMetric.</summary>
public static class MetricReader
{
    /// <summary>The only name that it may have.</summary>
    public const string OnlyName = "container-network-metric";

    private static readonly string[] _metrics = ["dns", "flow", "tcp", "drop"];

    /// <summary>Reads the filters.</summary>
    /// <param name="document">The whole object, as the API has it.</param>
    /// <param name="faults">What is wrong; with any fault the filters are not to be used.</param>
    public static IReadOnlyList<MetricSelection> Read(JsonObject document, out IReadOnlyList<LogFault> faults)
    {
        ArgumentNullException.ThrowIfNull(document);
        var found = new List<LogFault>();
        faults = found;
        var name = (document["metadata"] as JsonObject)?["name"] is JsonValue text && text.TryGetValue<string>(out var given) ? given : "";
        if (name != OnlyName) found.Add(new LogFault("metadata.name", $"'{name}' is ignored: there is one ContainerNetworkMetric in a cluster, and its name is {OnlyName}."));
        if ((document["spec"] as JsonObject)?["filters"] is not JsonArray items) return [];
        var read = items.Select((item, i) => ReadOne(item, $"spec.filters[{i}]", found)).ToList();
        foreach (var twice in read.GroupBy(s => s.Metric).Where(g => g.Key.Length > 0 && g.Count() > 1))
            found.Add(new LogFault("spec.filters", $"The metric {twice.Key} has {twice.Count()} entries; join them into one."));
        return read;
    }

    private static MetricSelection ReadOne(JsonNode? node, string path, List<LogFault> faults)
    {
        if (node is not JsonObject item)
        {
            faults.Add(new LogFault(path, "Expected an object with metric, includeFilters, excludeFilters."));
            return new MetricSelection("", [], []);
        }

        var metric = item["metric"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
        if (!_metrics.Contains(metric)) faults.Add(new LogFault(path + ".metric", $"'{metric}' is no metric: expected {string.Join(", ", _metrics)}."));
        var selection = new MetricSelection(metric, ReadList(item, "includeFilters", path, faults), ReadList(item, "excludeFilters", path, faults));
        if (selection.Include.Count + selection.Exclude.Count == 0) faults.Add(new LogFault(path, "There is no filter; give includeFilters, excludeFilters or both."));
        return selection;
    }

    private static IReadOnlyList<LogFilter> ReadList(JsonObject item, string field, string path, List<LogFault> faults)
    {
        if (item[field] is null) return [];
        if (item[field] is JsonArray list) return [.. list.Select((f, i) => LogReader.ReadFilter(f, $"{path}.{field}[{i}]", faults))];
        faults.Add(new LogFault($"{path}.{field}", "Expected a list."));
        return [];
    }
}
