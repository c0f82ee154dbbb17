namespace Weir.Lab.Api.Validation;

/// <summary>Joins the rules of the built-in kinds to the chain of judges.</summary>
internal static class BuiltInRules
{
    /// <summary>Joins them; they run before the judges that are added later.</summary>
    public static void Register(AdmissionChain admission)
    {
        admission.AddForAll(MetadataRules.Check);
        foreach (var kind in (ReadOnlySpan<string>)["deployments.apps", "replicasets.apps", "daemonsets.apps"]) admission.Add(kind, WorkloadRules.Check);
        admission.Add("statefulsets.apps", WorkloadRules.CheckStateful);
        admission.Add("jobs.batch", WorkloadRules.CheckJob);
        admission.Add("pods", PodRules.Check);
        admission.Add("services", DataRules.CheckService);
        admission.Add("configmaps", DataRules.Check);
        admission.Add("secrets", DataRules.Check);
        admission.Add("persistentvolumeclaims", DataRules.CheckClaim);
    }
}
