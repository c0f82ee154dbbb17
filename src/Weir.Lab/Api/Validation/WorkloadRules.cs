using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Validation;

/// <summary>What those who make pods must say, and what of it may change.</summary>
internal static class WorkloadRules
{
    private static readonly string[] _statefulMayChange =
        ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "revisionHistoryLimit"];

    /// <summary>Deployment, ReplicaSet and DaemonSet: the selector lasts, all else may change.</summary>
    public static IReadOnlyList<FieldFault> Check(AdmissionReview review) => [.. Common(review), .. FixedSelector(review)];

    /// <summary>StatefulSet: most lasts.</summary>
    public static IReadOnlyList<FieldFault> CheckStateful(AdmissionReview review)
    {
        var faults = Common(review).ToList();
        if (review.Previous is { } previous && !JsonTree.Same(Without(review.Object, _statefulMayChange), Without(previous, _statefulMayChange)))
        {
            faults.Add(FieldFault.Forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
        }

        return faults;
    }

    /// <summary>Job: what it runs lasts.</summary>
    public static IReadOnlyList<FieldFault> CheckJob(AdmissionReview review)
    {
        var faults = PodSpecRules.Check(review.Object.Map("spec", "template", "spec"), "spec.template.spec", "OnFailure", "Never").ToList();
        if (review.Object.Text("spec", "template", "spec", "restartPolicy") is null && faults.Count == 0)
            faults.Add(FieldFault.Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
        if (review.Previous is not { } previous) return faults;
        foreach (var field in (ReadOnlySpan<string>)["template", "completionMode", "selector"])
        {
            var (now, was) = (review.Object.At("spec", field), previous.At("spec", field));
            if (was is not null && !JsonTree.Same(now, was)) faults.Add(FieldFault.Invalid($"spec.{field}", now, "field is immutable"));
        }

        return faults;
    }

    private static IEnumerable<FieldFault> Common(AdmissionReview review)
    {
        var spec = review.Object.Map("spec");
        if (spec.Number("replicas") is < 0 and var replicas)
            yield return FieldFault.Invalid("spec.replicas", replicas, "must be greater than or equal to 0");
        var selector = spec.Map("selector");
        if (selector is null) yield return FieldFault.Required("spec.selector");
        else if (selector.Count == 0) yield return FieldFault.Invalid("spec.selector", new JsonObject(), "empty selector is invalid for deployment");
        var labels = spec.Map("template", "metadata", "labels");
        foreach (var fault in MetadataRules.Labels(labels, "spec.template.labels")) yield return fault;
        if (selector is { Count: > 0 } && !Selects(selector, labels))
        {
            yield return new FieldFault(
                "spec.template.metadata.labels",
                "FieldValueInvalid",
                $"Invalid value: {GoText.Map(labels)}: `selector` does not match template `labels`");
        }

        foreach (var fault in PodSpecRules.Check(spec.Map("template", "spec"), "spec.template.spec", "Always")) yield return fault;
    }

    private static IEnumerable<FieldFault> FixedSelector(AdmissionReview review)
    {
        if (review.Previous is not { } previous) yield break;
        var (now, was) = (review.Object.Map("spec", "selector"), previous.Map("spec", "selector"));
        if (!JsonTree.Same(now, was))
            yield return new FieldFault("spec.selector", "FieldValueInvalid", $"Invalid value: {GoText.Selector(now)}: field is immutable");
    }

    private static bool Selects(JsonObject selector, JsonObject? labels)
    {
        string? Value(string key) => labels?[key].Text();
        return (selector.Map("matchLabels") ?? []).All(l => Value(l.Key) == l.Value.Text())
            && selector.Items("matchExpressions").All(e =>
            {
                var have = Value(e.Text("key") ?? "");
                var listed = e.Items("values").Any(v => v.Text() == have);
                return e.Text("operator") switch
                {
                    "In" => have is not null && listed,
                    "NotIn" => have is null || !listed,
                    "Exists" => have is not null,
                    _ => have is null,
                };
            });
    }

    private static JsonObject Without(JsonObject document, string[] fields)
    {
        var rest = (document.Map("spec")?.DeepClone() as JsonObject) ?? [];
        foreach (var field in fields) rest.Remove(field);
        return rest;
    }
}
