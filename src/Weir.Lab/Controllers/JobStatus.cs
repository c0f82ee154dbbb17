using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api;

namespace Weir.Lab.Controllers;

/// <summary>Puts a job's status together, and reads it.</summary>
internal static class JobStatus
{
    /// <summary>Whether the job has succeeded or failed.</summary>
    public static bool IsFinished(JsonObject job) =>
        job.Items("status", "conditions").Any(c => c.Text("type") is "Complete" or "Failed" && c.Text("status") == "True");

    /// <summary>When it did; null before.</summary>
    public static DateTimeOffset? FinishedAt(JsonObject job) => job.Items("status", "conditions")
        .Where(c => c.Text("type") is "Complete" or "Failed" && c.Text("status") == "True").Select(c => JobController.Moment(c.Text("lastTransitionTime"))).FirstOrDefault();

    /// <summary>Whether its owner holds it back.</summary>
    public static bool IsSuspended(JsonObject job) => job.Flag("spec", "suspend") ?? false;

    /// <summary>A document with the job's status now.</summary>
    public static JsonObject Of(JsonObject job, JobCount count, DateTimeOffset now)
    {
        var started = IsSuspended(job) ? null : job.Text("status", "startTime") ?? Timestamps.Text(now);
        var status = new JsonObject
        {
            ["active"] = count.Active.Count, ["ready"] = count.Ready, ["succeeded"] = count.Succeeded, ["failed"] = count.Failed.Count, ["startTime"] = started,
        };
        if (started is null) status.Remove("startTime");
        var conditions = new JsonArray();
        foreach (var (type, reason, message) in Conditions(job, count, JobController.Moment(started), now)) conditions.Add((JsonNode)Condition(job, type, reason, message, now));
        if (conditions.Count > 0) status["conditions"] = conditions;
        if (conditions.Any(c => c.Text("type") == "Complete")) status["completionTime"] = job.Text("status", "completionTime") ?? Timestamps.Text(now);
        return new JsonObject { ["status"] = status };
    }

    private static IEnumerable<(string Type, string Reason, string Message)> Conditions(JsonObject job, JobCount count, DateTimeOffset? started, DateTimeOffset now)
    {
        if (IsSuspended(job))
        {
            yield return ("Suspended", "JobSuspended", "Job suspended");
            yield break;
        }

        if (Failure(job, count, started, now) is var (reason, message))
        {
            yield return ("FailureTarget", reason, message);
            yield return ("Failed", reason, message);
        }
        else if (count.Succeeded >= (job.Number("spec", "completions") ?? 1) && (job.Number("spec", "completions") is not null || count.Active.Count == 0))
        {
            yield return ("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods");
            yield return ("Complete", "CompletionsReached", "Reached expected number of succeeded pods");
        }
    }

    private static (string Reason, string Message)? Failure(JsonObject job, JobCount count, DateTimeOffset? started, DateTimeOffset now)
    {
        // Containers that start again in their pod count as pods that failed.
        var restarts = job.Text("spec", "template", "spec", "restartPolicy") == "OnFailure"
            ? count.Active.Sum(p => p.Items("status", "containerStatuses").Sum(c => c.Number("restartCount") ?? 0))
            : 0;
        if (count.Failed.Count + restarts > (job.Number("spec", "backoffLimit") ?? 6)) return ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        return job.Number("spec", "activeDeadlineSeconds") is { } seconds && started is { } begun && begun.AddSeconds(seconds) <= now
            ? ("DeadlineExceeded", "Job was active longer than specified deadline")
            : null;
    }

    private static JsonObject Condition(JsonObject job, string type, string reason, string message, DateTimeOffset now)
    {
        var condition = StatusWriter.Condition(job, type, holds: true, reason, message, now);
        if (condition.Remove("lastUpdateTime")) condition["lastProbeTime"] = condition.Text("lastTransitionTime");
        return condition;
    }
}
