using System.Text;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api;

namespace Weir.Lab.Controllers;

/// <summary>Makes pods from templates, and names templates by a hash as Kubernetes does.</summary>
internal static class PodTemplates
{
    /// <summary>The label that tells the pods of one version of a Deployment from another's.</summary>
    public const string HashLabel = "pod-template-hash";

    /// <summary>A short name for a template, in the alphabet of generated names.</summary>
    public static string Hash(JsonNode? template, long collisions = 0)
    {
        // FNV-1a: short, and the same in every process. Properties are sorted, so that their order does not matter.
        var hash = 2166136261u;
        var text = new StringBuilder();
        Canonical(template, text);
        if (collisions > 0) text.Append(collisions);
        foreach (var b in Encoding.UTF8.GetBytes(text.ToString())) hash = (hash ^ b) * 16777619u;
        return ObjectNames.SafeEncode(hash.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A pod of this template that belongs to <paramref name="owner"/>; the caller gives it a name.</summary>
    public static JsonObject Pod(JsonObject owner, JsonNode? template)
    {
        var pod = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod" };
        var meta = pod.Ensure("metadata");
        meta["namespace"] = owner.Text("metadata", "namespace");
        meta["labels"] = template.At("metadata", "labels")?.DeepClone() ?? new JsonObject();
        if (template.Map("metadata", "annotations") is { } annotations) meta["annotations"] = annotations.DeepClone();
        if (template.At("metadata", "finalizers") is { } finalizers) meta["finalizers"] = finalizers.DeepClone();
        meta["ownerReferences"] = Owners.Reference(owner);
        pod["spec"] = template.At("spec")?.DeepClone() ?? new JsonObject();
        return pod;
    }

    private static void Canonical(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject map:
                text.Append('{');
                foreach (var (key, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    text.Append(key).Append(':');
                    Canonical(value, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonArray array:
                text.Append('[');
                foreach (var value in array)
                {
                    Canonical(value, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
