using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Validation;

/// <summary>What a pod must say, and what of it may change.</summary>
internal static class PodRules
{
    private const string Frozen =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
        + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /// <summary>What is wrong.</summary>
    public static IReadOnlyList<FieldFault> Check(AdmissionReview review)
    {
        var spec = review.Object.Map("spec");
        if (review.Previous is null) return [.. PodSpecRules.Check(spec, "spec")];
        var (now, was) = (Fixed(spec), Fixed(review.Previous.Map("spec")));
        if (JsonTree.Same(now, was)) return [];
        var changed = now.Select(p => p.Key).Union(was.Select(p => p.Key)).Where(k => !JsonTree.Same(now[k], was[k])).Order(StringComparer.Ordinal);
        return [FieldFault.Forbidden("spec", $"{Frozen}; changed: {string.Join(", ", changed)}")];
    }

    private static JsonObject Fixed(JsonObject? spec)
    {
        var rest = (spec?.DeepClone() as JsonObject) ?? [];
        foreach (var name in (ReadOnlySpan<string>)["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"]) rest.Remove(name);
        foreach (var container in rest.Items("containers").Concat(rest.Items("initContainers")).OfType<JsonObject>()) container.Remove("image");
        return rest;
    }
}
