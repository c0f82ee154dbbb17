using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Controllers;

/// <summary>The pods of a job by how they are.</summary>
/// <param name="Active">Neither ended nor ending.</param>
/// <param name="Failed">Ended badly.</param>
/// <param name="Succeeded">How many ended well.</param>
/// <param name="Ready">How many are ready.</param>
/// <param name="Wanted">How many should be active now.</param>
/// <param name="LastFailure">When the newest failure was.</param>
internal sealed record JobCount(IReadOnlyList<JsonObject> Active, IReadOnlyList<JsonObject> Failed, long Succeeded, long Ready, long Wanted, DateTimeOffset LastFailure)
{
    /// <summary>Counts.</summary>
    public static JobCount Of(JsonObject job, IReadOnlyList<JsonObject> pods)
    {
        var active = pods.Where(PodCondition.IsActive).ToList();
        var failed = pods.Where(p => p.Text("status", "phase") == "Failed").ToList();
        var succeeded = pods.Count(p => p.Text("status", "phase") == "Succeeded");
        var parallelism = job.Number("spec", "parallelism") ?? 1;

        // Without a number of completions one success is enough, and no more pods are started after it.
        var wanted = job.Number("spec", "completions") is { } completions ? Math.Min(parallelism, completions - succeeded) : succeeded > 0 ? active.Count : parallelism;
        return new JobCount(active, failed, succeeded, active.Count(PodCondition.IsReady), Math.Max(0, wanted), failed.Select(EndOf).DefaultIfEmpty().Max());
    }

    private static DateTimeOffset EndOf(JsonObject pod) => pod.Items("status", "containerStatuses")
        .Select(c => JobController.Moment(c.Text("state", "terminated", "finishedAt")) ?? DateTimeOffset.MinValue).DefaultIfEmpty().Max();
}
