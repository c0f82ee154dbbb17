using System.Text.Json;
using Weir.Policy.Documents;
using Weir.Policy.Reading;

namespace Weir.Lab.Api;

/// <summary>Refuses policies that would not be enforced as written, before they replace one that is.</summary>
internal static class PolicyAdmission
{
    /// <summary>Joins the judges of the three kinds of policy.</summary>
    public static void Register(AdmissionChain admission)
    {
        admission.Add("ciliumnetworkpolicies.cilium.io", Admit);
        admission.Add("ciliumclusterwidenetworkpolicies.cilium.io", Admit);
        admission.Add("networkpolicies.networking.k8s.io", Admit);
    }

    /// <summary>Whether objects of a kind are Cilium's policies, which are read whole.</summary>
    public static bool Judges(ResourceKind kind) =>
        kind.StoreKey is "ciliumnetworkpolicies.cilium.io" or "ciliumclusterwidenetworkpolicies.cilium.io";

    private static IReadOnlyList<FieldFault> Admit(AdmissionReview review)
    {
        // A policy that is on its way out may be as it is: its finalizers must be able to go.
        if (review.Object["metadata"]?["deletionTimestamp"] is not null) return [];
        var reading = PolicyReader.Read(JsonSerializer.SerializeToElement(review.Object));
        return reading.CanApply ? [] : [.. reading.Problems.Select(Fault)];
    }

    private static FieldFault Fault(PolicyProblem problem) => new(
        problem.Path.Length == 0 ? "spec" : problem.Path,
        problem.Kind == ProblemKind.Unsupported ? "FieldValueNotSupported" : "FieldValueInvalid",
        problem.Message);
}
