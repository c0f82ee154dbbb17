using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Deletes objects: at once, after their finalizers, or, for pods that run, when the node has stopped them.</summary>
internal sealed class ObjectRemover(ObjectStore store, TimeProvider time)
{
    private const string ForegroundFinalizer = "foregroundDeletion";
    private const string OrphanFinalizer = "orphan";

    /// <summary>What a deletion came to.</summary>
    /// <param name="Object">The object as it is now, or was last.</param>
    /// <param name="Gone">Whether it is gone already.</param>
    public sealed record Outcome(StoredObject Object, bool Gone);

    /// <summary>Whether nothing holds an object that is being deleted.</summary>
    public static bool MayEnd(ResourceKind kind, JsonObject document) =>
        !document.Items("metadata", "finalizers").Any()
        && (kind.StoreKey != "namespaces" || !document.Items("spec", "finalizers").Any())
        && (document.Number("metadata", "deletionGracePeriodSeconds") ?? 0) == 0;

    /// <summary>Deletes an object, or marks it as being deleted.</summary>
    /// <param name="target">The object.</param>
    /// <param name="body">The client's <c>DeleteOptions</c>; may be empty.</param>
    /// <param name="dryRun">Whether to answer as if, and delete nothing.</param>
    public Outcome Delete(ApiTarget target, JsonObject body, bool dryRun)
    {
        while (true)
        {
            var before = store.Find(target.Kind, target.Namespace, target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
            CheckPreconditions(target, body, before);
            var next = before.Document();
            Mark(target.Kind, next, body);
            var ends = MayEnd(target.Kind, next);
            if (dryRun) return new Outcome(before, ends);
            if (!ends && JsonTree.Same(next, before.Document())) return new Outcome(before, false);
            if (store.TryWrite(target.Kind, target.Namespace, target.Name, before, ends ? null : next) is { } written)
                return new Outcome(written, ends);
        }
    }

    private static void CheckPreconditions(ApiTarget target, JsonObject body, StoredObject before)
    {
        if (body.Text("preconditions", "uid") is { Length: > 0 } uid && uid != before.Uid)
            throw ApiFaults.Conflict(
                target.Kind,
                target.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Uid}");
        var revision = before.Revision.ToString(CultureInfo.InvariantCulture);
        if (body.Text("preconditions", "resourceVersion") is { Length: > 0 } wanted && wanted != revision)
            throw ApiFaults.Conflict(
                target.Kind,
                target.Name,
                $"Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {revision}");
    }

    private void Mark(ResourceKind kind, JsonObject next, JsonObject body)
    {
        var meta = next.Ensure("metadata");
        var seconds = Grace(kind, next, body);
        if (meta["deletionTimestamp"] is null)
        {
            meta["deletionTimestamp"] = Timestamps.Text(time.GetUtcNow().AddSeconds(seconds));
            meta["deletionGracePeriodSeconds"] = seconds;
            if (kind.HasGeneration) meta["generation"] = (meta.Number("generation") ?? 0) + 1;
            switch (body.Text("propagationPolicy"))
            {
                case "Foreground":
                    AddFinalizer(meta, ForegroundFinalizer);
                    break;
                case "Orphan":
                    AddFinalizer(meta, OrphanFinalizer);
                    break;
            }
        }
        else if (seconds < (meta.Number("deletionGracePeriodSeconds") ?? 0))
        {
            // The patience of a deletion may only shrink.
            meta["deletionTimestamp"] = Timestamps.Text(time.GetUtcNow().AddSeconds(seconds));
            meta["deletionGracePeriodSeconds"] = seconds;
        }

        if (kind.StoreKey == "namespaces") next.Ensure("status")["phase"] = "Terminating";
    }

    // Only a pod that a node may be running needs time to stop.
    private static long Grace(ResourceKind kind, JsonObject next, JsonObject body)
    {
        if (kind.StoreKey != "pods") return 0;
        if (string.IsNullOrEmpty(next.Text("spec", "nodeName"))) return 0;
        if (next.Text("status", "phase") is "Succeeded" or "Failed") return 0;
        return Math.Max(0, body.Number("gracePeriodSeconds") ?? next.Number("spec", "terminationGracePeriodSeconds") ?? 30);
    }

    private static void AddFinalizer(JsonObject meta, string finalizer)
    {
        if (meta["finalizers"] is not JsonArray list) meta["finalizers"] = list = [];
        if (!list.Any(f => f?.GetValue<string>() == finalizer)) list.Add(finalizer);
    }
}
