using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Gives a new Job the selector and the labels by which its pods are found: both name its uid, so no other job's pods can be meant.</summary>
internal static class JobAdmission
{
    /// <summary>Takes part in the writes of jobs.</summary>
    public static void Register(AdmissionChain chain) => chain.Add("jobs.batch", Admit);

    private static IReadOnlyList<FieldFault> Admit(AdmissionReview review)
    {
        if (review.Previous is not null || review.Object.Flag("spec", "manualSelector") is true) return [];
        var uid = review.Object.Text("metadata", "uid");
        review.Object.Ensure("spec", "selector")["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid };
        var labels = review.Object.Ensure("spec", "template", "metadata", "labels");
        foreach (var name in (string[])["batch.kubernetes.io/controller-uid", "controller-uid"]) labels[name] = uid;
        foreach (var name in (string[])["batch.kubernetes.io/job-name", "job-name"]) labels[name] = review.Name;
        return [];
    }
}
