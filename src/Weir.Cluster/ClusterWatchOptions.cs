using System.Text.Json;
using Weir.Cluster.Objects;
using Weir.Policy.Reading;

namespace Weir.Cluster;

/// <summary>How the cluster is watched.</summary>
public sealed record ClusterWatchOptions
{
    /// <summary>
    /// Judges each new version of a policy: an empty list accepts it, sentences refuse it and the last accepted version stays.
    /// Called on one thread at a time. By default the policy language decides.
    /// </summary>
    public Func<PolicyDocument, IReadOnlyList<string>> Judge { get; init; } = ByTheLanguage;

    /// <summary>Where CIDR groups are served; clusters older than Cilium 1.18 have them under <c>v2alpha1</c>.</summary>
    public string CidrGroupPath { get; init; } = "/apis/cilium.io/v2/ciliumcidrgroups";

    /// <summary>The first pause after a failed request; each further failure doubles it.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(5);

    private static IReadOnlyList<string> ByTheLanguage(PolicyDocument policy)
    {
        var reading = PolicyReader.Read(JsonSerializer.SerializeToElement(policy.Document));
        return reading.CanApply ? [] : [.. reading.Problems.Select(p => p.ToString())];
    }
}
