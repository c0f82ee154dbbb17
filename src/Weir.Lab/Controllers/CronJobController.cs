using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Lab.Api;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>Makes a Job whenever a CronJob's schedule says so, and keeps the last few.</summary>
internal sealed class CronJobController
{
    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly EventRecorder _events;
    private readonly TimeProvider _time;
    private readonly WorkQueue<ObjectName> _queue;

    public CronJobController(LabApi api, LabCaches caches, EventRecorder events, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _events, _time) = (api, caches, events, time);
        _queue = new WorkQueue<ObjectName>("cronjob", time, logger);
        caches.CronJobs.Changed += (before, after) => _queue.Add((after ?? before)!.ObjectName());
        caches.Jobs.Changed += (before, after) =>
        {
            var job = (after ?? before)!;
            if (Owners.Controller(job, "CronJob") is { } owner) _queue.Add(new ObjectName(job.ObjectName().Namespace, owner.Text("name") ?? ""));
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.CronJobs.Find(name) is not { } cron || PodCondition.IsEnding(cron)) return;
        var jobs = _caches.Jobs.OwnedBy(cron.Text("metadata", "uid") ?? "");
        await PruneAsync(cron, jobs, cancellationToken);
        var (active, last) = (jobs.FindAll(j => !JobStatus.IsFinished(j)), cron.Text("status", "lastScheduleTime"));
        if (CronSchedule.Parse(cron.Text("spec", "schedule") ?? "") is not { } schedule)
        {
            _events.Warning(cron, "UnparseableSchedule", $"unparseable schedule: \"{cron.Text("spec", "schedule")}\": expected five fields, such as \"*/5 * * * *\"");
        }
        else if (!(cron.Flag("spec", "suspend") ?? false))
        {
            var now = _time.GetUtcNow();
            var due = schedule.After(JobController.Moment(last ?? cron.Text("metadata", "creationTimestamp")) ?? now);
            while (due <= now && schedule.After(due.Value) is { } next && next <= now) due = next; // of those missed only the newest
            if (due <= now && await StartAsync(cron, due.Value, active, cancellationToken) is { } made)
            {
                if (made.Count > 0) active.Add(made);
                last = Timestamps.Text(due.Value);
            }

            if (schedule.After(now) is { } coming) _queue.AddAfter(name, coming - now);
        }

        var status = new JsonObject();
        if (active.Count > 0) status["active"] = new JsonArray([.. active.Select(Reference)]);
        if (last is not null) status["lastScheduleTime"] = last;
        var ended = jobs.Where(j => j.Text("status", "completionTime") is not null).Select(j => j.Text("status", "completionTime")).Max(StringComparer.Ordinal);
        if (ended is not null) status["lastSuccessfulTime"] = ended;
        await StatusWriter.WriteAsync(_api, $"{LabApi.Path("batch", "cronjobs", name.Namespace)}/{name.Name}", cron, status, _caches.CronJobs, cancellationToken);
    }

    /// <summary>Makes the job of a time. Empty when it is not to be made beside those that run; null to try again later.</summary>
    private async Task<JsonObject?> StartAsync(JsonObject cron, DateTimeOffset due, List<JsonObject> active, CancellationToken cancellationToken)
    {
        var name = cron.ObjectName();
        var collection = LabApi.Path("batch", "jobs", name.Namespace);
        if (active.Count > 0 && cron.Text("spec", "concurrencyPolicy") == "Forbid")
        {
            _events.Normal(cron, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");
            return null;
        }

        if (cron.Text("spec", "concurrencyPolicy") == "Replace")
        {
            foreach (var job in active) await _api.DeleteAsync(collection, job, _caches.Jobs, cancellationToken);
            active.Clear();
        }

        var document = PodTemplates.Pod(cron, cron.At("spec", "jobTemplate"));
        (document["apiVersion"], document["kind"]) = ("batch/v1", "Job");

        // Named by its minute, so that no two are made for one.
        document.Ensure("metadata")["name"] = string.Create(CultureInfo.InvariantCulture, $"{name.Name}-{due.ToUnixTimeSeconds() / 60}");
        if (_caches.Jobs.Find(new ObjectName(name.Namespace, document.Text("metadata", "name")!)) is not null) return [];
        var made = await _api.CreateAsync(collection, document, _caches.Jobs, cancellationToken);
        _events.Normal(cron, "SuccessfulCreate", $"Created job {made.ObjectName().Name}");
        return made;
    }

    private async Task PruneAsync(JsonObject cron, List<JsonObject> jobs, CancellationToken cancellationToken)
    {
        foreach (var (type, field, usual) in ((string, string, long)[])[("Complete", "successfulJobsHistoryLimit", 3), ("Failed", "failedJobsHistoryLimit", 1)])
        {
            var old = jobs.Where(j => j.Items("status", "conditions").Any(c => c.Text("type") == type))
                .OrderByDescending(j => j.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).Skip((int)(cron.Number("spec", field) ?? usual));
            foreach (var job in old) await _api.DeleteAsync(LabApi.Path("batch", "jobs", cron.ObjectName().Namespace), job, _caches.Jobs, cancellationToken);
        }
    }

    private static JsonNode Reference(JsonObject job) => new JsonObject
    {
        ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = job.Text("metadata", "name"), ["namespace"] = job.Text("metadata", "namespace"), ["uid"] = job.Text("metadata", "uid"),
    };
}
