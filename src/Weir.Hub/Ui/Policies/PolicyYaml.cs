using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Policy.Documents;

namespace Weir.Hub.Ui.Policies;

/// <summary>A policy's text as its author would write it: without what the API server adds.</summary>
internal static class PolicyYaml
{
    private static readonly string[] _noise = ["kubectl.kubernetes.io/last-applied-configuration"];

    /// <summary>The text.</summary>
    public static string Of(PolicyDocument policy)
    {
        var document = policy.Document;
        var metadata = new JsonObject { ["name"] = policy.Name.Name };
        if (policy.Name.Namespace.Length > 0) metadata["namespace"] = policy.Name.Namespace;
        foreach (var part in (string[])["labels", "annotations"])
        {
            if (document["metadata"]?[part] is not JsonObject { Count: > 0 } map) continue;
            var kept = (JsonObject)map.DeepClone();
            foreach (var name in _noise) kept.Remove(name);
            if (kept.Count > 0) metadata[part] = kept;
        }

        var text = new JsonObject
        {
            ["apiVersion"] = document["apiVersion"]?.DeepClone() ?? (policy.Kind == "NetworkPolicy" ? "networking.k8s.io/v1" : "cilium.io/v2"),
            ["kind"] = policy.Kind,
            ["metadata"] = metadata,
        };
        foreach (var part in (string[])["spec", "specs"])
            if (document[part] is { } rules) text[part] = rules.DeepClone();
        return YamlText.Write(text);
    }

    /// <summary>The line (from 1) on which a rule stands in such a text; 0 where it is not there.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="field">The list that the rule stands in: <c>egress</c>, <c>specs[1].ingress</c>.</param>
    /// <param name="index">Its place there.</param>
    public static int LineOf(string yaml, string field, int index)
    {
        var node = YamlNodes.Read(yaml, []) is [var first, ..] ? first : null;
        var path = field.Contains('.', StringComparison.Ordinal) ? field : $"spec.{field}";
        foreach (var step in path.Split('.'))
        {
            var open = step.IndexOf('[', StringComparison.Ordinal);
            node = node?.Find(open < 0 ? step : step[..open]);
            if (open >= 0 && int.TryParse(step.AsSpan(open + 1).TrimEnd(']'), out var at)) node = node is not null && at < node.Items.Count ? node.Items[at] : null;
        }

        return node is not null && index >= 0 && index < node.Items.Count ? node.Items[index].Line : 0;
    }
}
