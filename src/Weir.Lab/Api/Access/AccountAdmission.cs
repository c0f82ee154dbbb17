using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Access;

/// <summary>Gives each new pod a service account, and refuses one whose account is not there.</summary>
internal static class AccountAdmission
{
    private const string Default = "default";

    /// <summary>Adds the judge.</summary>
    public static void Register(AdmissionChain chain, ObjectStore store, ResourceRegistry registry) => chain.Add("pods", review =>
    {
        if (review.Previous is not null) return [];
        var spec = review.Object.Ensure("spec");
        var name = spec.Text("serviceAccountName") is { Length: > 0 } named ? named : spec.Text("serviceAccount") is { Length: > 0 } older ? older : Default;
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;

        // The default one comes a moment after its namespace: nobody gains by having to try again until then.
        if (name == Default || registry.Find("", "v1", "serviceaccounts") is not { } kind || store.Find(kind, review.Namespace, name) is not null) return [];
        throw ApiFaults.Forbidden(
            review.Kind, review.Name, $"error looking up service account {review.Namespace}/{name}: serviceaccount \"{name}\" not found");
    });
}
