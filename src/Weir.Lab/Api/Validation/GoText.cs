using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Validation;

/// <summary>Writes values as the messages of a Kubernetes 1.32 server show them.</summary>
internal static class GoText
{
    /// <summary>A map of texts.</summary>
    public static string Map(JsonObject? map) =>
        $"map[string]string{{{string.Join(", ", (map ?? []).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{Quote(p.Key)}:{Quote(p.Value.Text() ?? "")}"))}}}";

    /// <summary>A label selector.</summary>
    public static string Selector(JsonObject? selector)
    {
        var labels = selector.Map("matchLabels") is { } given ? Map(given) : "map[string]string(nil)";
        var terms = selector.Items("matchExpressions").Select(e =>
            $"v1.LabelSelectorRequirement{{Key:{Quote(e.Text("key") ?? "")}, Operator:{Quote(e.Text("operator") ?? "")}, Values:{Values(e)}}}").ToList();
        var expressions = terms.Count == 0
            ? "[]v1.LabelSelectorRequirement(nil)"
            : $"[]v1.LabelSelectorRequirement{{{string.Join(", ", terms)}}}";
        return $"v1.LabelSelector{{MatchLabels:{labels}, MatchExpressions:{expressions}}}";
    }

    /// <summary>A text in quotes.</summary>
    public static string Quote(string text) => JsonValue.Create(text).ToJsonString(ApiJson.Options);

    private static string Values(JsonNode expression) => expression["values"] is JsonArray values
        ? $"[]string{{{string.Join(", ", values.Select(v => Quote(v.Text() ?? "")))}}}"
        : "[]string(nil)";
}
