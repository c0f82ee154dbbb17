using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Lab.ClusterApi;

namespace Weir.Lab.Controllers;

/// <summary>Runs the pods of a Job until enough have succeeded or too many have failed.</summary>
internal sealed class JobController
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(6);

    private readonly LabApi _api;
    private readonly LabCaches _caches;
    private readonly EventRecorder _events;
    private readonly TimeProvider _time;
    private readonly WorkQueue<ObjectName> _queue;

    public JobController(LabApi api, LabCaches caches, EventRecorder events, TimeProvider time, ILogger logger)
    {
        (_api, _caches, _events, _time) = (api, caches, events, time);
        _queue = new WorkQueue<ObjectName>("job", time, logger);
        caches.Jobs.Changed += (before, after) => _queue.Add((after ?? before)!.ObjectName());
        caches.Pods.Changed += (before, after) =>
        {
            var pod = (after ?? before)!;
            if (Owners.Controller(pod, "Job") is { } owner) _queue.Add(new ObjectName(pod.ObjectName().Namespace, owner.Text("name") ?? ""));
        };
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(ReconcileAsync, cancellationToken);

    private static string PathOf(ObjectName name) => $"{LabApi.Path("batch", "jobs", name.Namespace)}/{name.Name}";

    private async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (_caches.Jobs.Find(name) is not { } job || PodCondition.IsEnding(job)) return;
        if (JobStatus.IsFinished(job))
        {
            await ExpireAsync(name, job, cancellationToken);
            return;
        }

        var count = JobCount.Of(job, _caches.Pods.OwnedBy(job.Text("metadata", "uid") ?? ""));
        var status = JobStatus.Of(job, count, _time.GetUtcNow());
        if (JobStatus.IsSuspended(job) || JobStatus.IsFinished(status))
        {
            // A failed job leaves nothing running; one that succeeded early neither.
            await DeleteAsync(job, count.Active, cancellationToken);
            if (JobStatus.IsFinished(status)) TellEnd(job, status);
        }
        else
        {
            await StartAsync(job, count, cancellationToken);
            count = JobCount.Of(job, _caches.Pods.OwnedBy(job.Text("metadata", "uid") ?? ""));
            status = JobStatus.Of(job, count, _time.GetUtcNow());
            if (job.Number("spec", "activeDeadlineSeconds") is { } seconds && Moment(status.Text("status", "startTime")) is { } begun) ComeBack(name, begun.AddSeconds(seconds));
        }

        await StatusWriter.WriteAsync(_api, PathOf(name), job, (JsonObject)status.Ensure("status").DeepClone(), _caches.Jobs, cancellationToken);
    }

    private async Task StartAsync(JsonObject job, JobCount count, CancellationToken cancellationToken)
    {
        var missing = count.Wanted - count.Active.Count;
        if (missing < 0) await DeleteAsync(job, [.. count.Active.Take((int)-missing)], cancellationToken);
        if (missing <= 0) return;

        // After a failure the next pod waits: 10 s, 20 s and so on.
        if (count.Failed.Count > 0)
        {
            var pause = s_firstPause * Math.Pow(2, Math.Min(count.Failed.Count - 1, 6));
            var next = count.LastFailure + (pause < s_longestPause ? pause : s_longestPause);
            if (next > _time.GetUtcNow())
            {
                ComeBack(job.ObjectName(), next);
                return;
            }
        }

        for (; missing > 0; missing--)
        {
            var pod = PodTemplates.Pod(job, job.At("spec", "template"));
            pod.Ensure("metadata")["generateName"] = job.ObjectName().Name + "-";
            var made = await _api.CreateAsync(LabApi.Path("", "pods", job.ObjectName().Namespace), pod, _caches.Pods, cancellationToken);
            _events.Normal(job, "SuccessfulCreate", $"Created pod: {made.ObjectName().Name}");
        }
    }

    private async Task DeleteAsync(JsonObject job, IReadOnlyList<JsonObject> pods, CancellationToken cancellationToken)
    {
        foreach (var pod in pods)
        {
            await _api.DeleteAsync(LabApi.Path("", "pods", job.ObjectName().Namespace), pod, _caches.Pods, cancellationToken);
            _events.Normal(job, "SuccessfulDelete", $"Deleted pod: {pod.ObjectName().Name}");
        }
    }

    private void TellEnd(JsonObject job, JsonObject after)
    {
        var failed = after.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "Failed");
        if (failed is null) _events.Normal(job, "Completed", "Job completed");
        else _events.Warning(job, failed.Text("reason") ?? "Failed", failed.Text("message") ?? "");
    }

    private async Task ExpireAsync(ObjectName name, JsonObject job, CancellationToken cancellationToken)
    {
        if (job.Number("spec", "ttlSecondsAfterFinished") is not { } seconds || JobStatus.FinishedAt(job) is not { } finished) return;
        if (finished.AddSeconds(seconds) <= _time.GetUtcNow()) await _api.DeleteAsync(LabApi.Path("batch", "jobs", name.Namespace), job, _caches.Jobs, cancellationToken);
        else ComeBack(name, finished.AddSeconds(seconds));
    }

    private void ComeBack(ObjectName name, DateTimeOffset at)
    {
        var wait = at - _time.GetUtcNow();
        _queue.AddAfter(name, wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
    }

    internal static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
