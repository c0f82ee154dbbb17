using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Weir.Policy.Rules;
using Weir.Policy.Testing;

namespace Weir.Hub.Ui.Policies;

/// <summary>The cluster's policies, read and checked, and what they are about: one immutable picture of one moment.</summary>
internal sealed class PolicyWorld
{
    private readonly Lazy<IReadOnlyList<Finding>> _findings;
    private readonly Dictionary<PolicyName, PolicySpec> _specs;

    private PolicyWorld(ClusterState state, CaseWorld world, IReadOnlyDictionary<PolicyKey, string> texts, IReadOnlyList<KnownPod> pods)
    {
        (State, World, Texts, Pods) = (state, world, texts, pods);
        _specs = world.Policies.ToDictionary(p => p.Name);
        _findings = new(() => Linter.Check([.. texts.Select(t => new TextFile(IdOf(t.Key), t.Value))], new LintOptions { Pods = pods }).Findings);
    }

    /// <summary>What it was made of.</summary>
    public ClusterState State { get; }

    /// <summary>What flows are asked in. Endpoints are named <c>namespace/workload</c>.</summary>
    public CaseWorld World { get; }

    /// <summary>Each policy's text.</summary>
    public IReadOnlyDictionary<PolicyKey, string> Texts { get; }

    /// <summary>The pods that have policy.</summary>
    public IReadOnlyList<KnownPod> Pods { get; }

    /// <summary>What the checks say, of all policies together.</summary>
    public IReadOnlyList<Finding> Findings => _findings.Value;

    /// <summary>How a policy is called in links.</summary>
    public static string IdOf(PolicyKey key) => $"{key.Kind}/{(key.Name.Namespace.Length == 0 ? "-" : key.Name.Namespace)}/{key.Name.Name}";

    /// <summary>Makes it.</summary>
    public static PolicyWorld Of(ClusterState state)
    {
        List<KnownPod> pods = [.. from pod in state.Pods.Values
                                  where WorldParts.HasPolicy(pod) && state.Namespaces.ContainsKey(pod.Name.Namespace)
                                  orderby pod.Name.ToString()
                                  select WorldParts.Of(pod, state.Namespaces[pod.Name.Namespace])];
        var texts = state.Policies.Values.OrderBy(p => IdOf(p.Key), StringComparer.Ordinal).ToDictionary(p => p.Key, PolicyYaml.Of);
        return new PolicyWorld(state, WorldOf(state, texts, pods), texts, pods);
    }

    /// <summary>The same world with other policies.</summary>
    /// <param name="texts">The policies' texts.</param>
    public CaseWorld With(IReadOnlyDictionary<PolicyKey, string> texts) => WorldOf(State, texts, Pods);

    /// <summary>A policy, read; null where there is none of that name that means anything.</summary>
    public PolicySpec? Find(PolicyKey key) => _specs.GetValueOrDefault(new PolicyName(key.Kind, key.Name.Namespace, key.Name.Name));

    /// <summary>The pods that a policy selects.</summary>
    public IEnumerable<KnownPod> Selected(PolicyKey key) =>
        Find(key) is { } policy ? Pods.Where(pod => policy.Rules.Any(r => !r.IsAboutNodes && r.Subject.Matches(pod.Labels))) : [];

    private static CaseWorld WorldOf(ClusterState state, IReadOnlyDictionary<PolicyKey, string> texts, IReadOnlyList<KnownPod> pods)
    {
        var slices = state.EndpointSlices.Values.ToLookup(s => new ObjectName(s.Name.Namespace, s.Service));
        var read = WorldFiles.Read(texts.Select(t => new TextFile(IdOf(t.Key), t.Value)), "default", pods);
        return read.World with
        {
            Services = [.. state.Services.Values.Select(s => WorldParts.Of(s, slices[s.Name]))],
            CidrGroups = [.. state.CidrGroups.Values.Select(WorldParts.Of)],
        };
    }
}
