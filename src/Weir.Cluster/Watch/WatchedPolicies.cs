using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Cluster.Watch;

/// <summary>Policies of one kind: a version that is refused leaves the last accepted one in force.</summary>
internal sealed class WatchedPolicies(string kind, string path, Func<PolicyDocument, IReadOnlyList<string>> judge)
    : WatchedKind(ClusterPart.Policies, path)
{
    /// <inheritdoc/>
    public override ClusterState Change(ClusterState state, JsonObject document)
    {
        var policy = PolicyDocument.Read(kind, document);
        var known = state.Policies.GetValueOrDefault(policy.Key);

        // The status that we write ourselves comes back as a change: the rules are the same, so is the judgement.
        if (known is not null && known.Uid == policy.Uid && known.Generation == policy.Generation && policy.Generation > 0
            && JsonTree.Same(known.Document.At("metadata", "labels"), document.At("metadata", "labels"))
            && !state.PolicyFaults.ContainsKey(policy.Key))
            return state;
        var problems = judge(policy);
        if (problems.Count == 0)
            return state with
            {
                Policies = state.Policies.SetItem(policy.Key, policy),
                PolicyFaults = state.PolicyFaults.Remove(policy.Key),
            };

        // A policy of the same name that was made anew has nothing to do with the old one's good version.
        var keep = known is not null && known.Uid == policy.Uid;
        if (state.PolicyFaults.TryGetValue(policy.Key, out var fault) && fault.Refused.Uid == policy.Uid
            && fault.Refused.Generation == policy.Generation && policy.Generation > 0)
            return state;
        return state with
        {
            Policies = keep ? state.Policies : state.Policies.Remove(policy.Key),
            PolicyFaults = state.PolicyFaults.SetItem(policy.Key, new PolicyFault(policy, problems, keep)),
        };
    }

    /// <inheritdoc/>
    public override ClusterState Remove(ClusterState state, ObjectName name) => state with
    {
        Policies = state.Policies.Remove(new PolicyKey(kind, name)),
        PolicyFaults = state.PolicyFaults.Remove(new PolicyKey(kind, name)),
    };

    /// <inheritdoc/>
    public override IEnumerable<ObjectName> Known(ClusterState state) =>
        state.Policies.Keys.Concat(state.PolicyFaults.Keys).Where(k => k.Kind == kind).Select(k => k.Name).Distinct();
}
