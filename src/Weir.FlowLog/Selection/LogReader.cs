using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.FlowLog.Selection;

/// <summary>Reads the <c>spec</c> of a ContainerNetworkLog (or of the older RetinaNetworkFlowLog, which is the same).</summary>
public static class LogReader
{
    private static readonly string[] _protocols = ["tcp", "udp", "dns"];
    private static readonly string[] _verdicts = ["forwarded", "dropped"];
    private static readonly string[] _operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    /// <summary>Reads the filters.</summary>
    /// <param name="document">The whole object, as the API has it.</param>
    /// <param name="faults">What is wrong; with any fault the filters are not to be used.</param>
    public static IReadOnlyList<LogFilter> Read(JsonObject document, out IReadOnlyList<LogFault> faults)
    {
        ArgumentNullException.ThrowIfNull(document);
        var found = new List<LogFault>();
        faults = found;
        if ((document["spec"] as JsonObject)?["includefilters"] is not JsonArray { Count: > 0 } items)
        {
            found.Add(new LogFault("spec.includefilters", "There is no filter; give at least one."));
            return [];
        }

        return [.. items.Select((item, i) => ReadFilter(item, $"spec.includefilters[{i}]", found))];
    }

    /// <summary>Reads one filter: those of a ContainerNetworkMetric have the same form.</summary>
    internal static LogFilter ReadFilter(JsonNode? node, string path, List<LogFault> faults)
    {
        if (node is not JsonObject filter)
        {
            faults.Add(new LogFault(path, "Expected an object with from, to, protocol, verdict."));
            return new LogFilter();
        }

        return new LogFilter
        {
            Name = Text(filter["name"]) ?? "",
            From = ReadPeer(filter["from"], path + ".from", faults),
            To = ReadPeer(filter["to"], path + ".to", faults),
            Protocols = Words(filter["protocol"], path + ".protocol", _protocols, faults),
            Verdicts = Words(filter["verdict"], path + ".verdict", _verdicts, faults),
        };
    }

    private static LogPeer? ReadPeer(JsonNode? node, string path, List<LogFault> faults)
    {
        if (node is null) return null;
        if (node is not JsonObject peer)
        {
            faults.Add(new LogFault(path, "Expected an object with namespacedPod, labelSelector, ip."));
            return null;
        }

        return new LogPeer
        {
            Pods = [.. Texts(peer["namespacedPod"], path + ".namespacedPod", faults).Select(t => ReadPod(t.Text, t.Path, faults))],
            Labels = ReadLabels(peer["labelSelector"], path + ".labelSelector", faults),
            Addresses = [.. Texts(peer["ip"], path + ".ip", faults).Select(t => ReadAddress(t.Text, t.Path, faults))],
        };
    }

    private static PodPrefix ReadPod(string text, string path, List<LogFault> faults)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0) return new PodPrefix(text[..slash], text[(slash + 1)..]);
        faults.Add(new LogFault(path, $"'{text}' names no pods: expected namespace/pod-prefix, such as pets/store-front-, or pets/ for all of a namespace."));
        return default;
    }

    private static IpPrefix ReadAddress(string text, string path, List<LogFault> faults)
    {
        if (IpPrefix.TryParse(text, out var prefix)) return prefix;
        if (IpAddress.TryParse(text, out var address)) return IpPrefix.Of(address);
        faults.Add(new LogFault(path, $"'{text}' is no address: expected one such as 10.0.0.1, fd00::1 or 10.0.0.0/8."));
        return default;
    }

    private static LogLabels? ReadLabels(JsonNode? node, string path, List<LogFault> faults)
    {
        if (node is null) return null;
        var requirements = new List<LogLabels.Requirement>();
        if (node is not JsonObject selector)
        {
            faults.Add(new LogFault(path, "Expected an object with matchLabels, matchExpressions."));
            return null;
        }

        foreach (var (key, value) in selector["matchLabels"] as JsonObject ?? [])
            requirements.Add(new LogLabels.Requirement(key, "In", [Text(value) ?? ""]));
        foreach (var (item, i) in (selector["matchExpressions"] as JsonArray ?? []).Select((e, i) => (e as JsonObject, i)))
        {
            var at = $"{path}.matchExpressions[{i}]";
            var named = Text(item?["operator"]) ?? "";
            if (!_operators.Contains(named))
                faults.Add(new LogFault(at + ".operator", $"'{named}' is no operator: expected In, NotIn, Exists or DoesNotExist."));
            var values = Texts(item?["values"], at + ".values", faults).Select(t => t.Text).ToList();
            if (named is "In" or "NotIn" && values.Count == 0) faults.Add(new LogFault(at + ".values", $"{named} needs at least one value."));
            requirements.Add(new LogLabels.Requirement(Text(item?["key"]) ?? "", named, values));
        }

        return new LogLabels(requirements);
    }

    private static List<string> Words(JsonNode? node, string path, string[] allowed, List<LogFault> faults)
    {
        var words = new List<string>();
        foreach (var (text, at) in Texts(node, path, faults))
        {
            if (allowed.Contains(text)) words.Add(text);
            else faults.Add(new LogFault(at, $"'{text}' is unknown: expected {string.Join(", ", allowed)}."));
        }

        return words;
    }

    private static IEnumerable<(string Text, string Path)> Texts(JsonNode? node, string path, List<LogFault> faults)
    {
        if (node is null) yield break;
        if (node is not JsonArray list)
        {
            faults.Add(new LogFault(path, "Expected a list."));
            yield break;
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (Text(list[i]) is { } text) yield return (text, $"{path}[{i}]");
            else faults.Add(new LogFault($"{path}[{i}]", "Expected a text."));
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
