using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api.Fields;

/// <summary>Keeps <c>metadata.managedFields</c>: of every write, whose fields it set, changed and took away.</summary>
internal sealed class FieldOwnership(TimeProvider time)
{
    // Clients that update under ever new names would make an object grow without end.
    private const int MostUpdaters = 10;
    private const string Elders = "ancient-changes";

    /// <summary>Notes an update: what it changed is its writer's, what it removed is nobody's.</summary>
    /// <param name="target">What was written.</param>
    /// <param name="before">The version before; an empty object when there was none.</param>
    /// <param name="after">The new version, whose metadata is completed here.</param>
    /// <param name="name">The writer.</param>
    public void Updated(ApiTarget target, JsonObject before, JsonObject after, string name)
    {
        var kind = target.Kind;
        var meta = after.Ensure("metadata");
        var managers = Present(before, meta);
        var difference = DocumentDifference.Between(before, after, kind, KindSchemas.Of(kind));
        var set = difference.Added.Union(difference.Modified);
        for (var i = managers.Count - 1; i >= 0; i--)
        {
            var manager = managers[i];
            var left = manager.Fields.Except(difference.Removed);
            if (!manager.Is(name, false, kind.ApiVersion, target.Subresource)) left = left.Except(set);
            managers[i] = manager with { Fields = left };
        }

        var at = managers.FindIndex(m => m.Is(name, false, kind.ApiVersion, target.Subresource));
        var mine = at < 0 ? set : managers[at].Fields.Union(set);
        if (at < 0) managers.Add(new FieldOwner(name, false, kind.ApiVersion, target.Subresource, Now(), mine));
        else if (!mine.Same(managers[at].Fields) || !difference.Removed.IsEmpty || !set.IsEmpty) managers[at] = managers[at] with { Fields = mine, Time = Now() };
        Write(meta, Bounded(managers));
    }

    /// <summary>Lays an applied document over the present one.</summary>
    /// <param name="target">What is applied to.</param>
    /// <param name="live">The present version; an empty object when there is none.</param>
    /// <param name="applied">The document that the client applies.</param>
    /// <param name="name">The client's name for itself.</param>
    /// <param name="force">Whether to take fields from their owners.</param>
    /// <returns>The new version with its owners.</returns>
    /// <exception cref="ApiStatusException">Others own fields that would change (409).</exception>
    public JsonObject Applied(ApiTarget target, JsonObject live, JsonObject applied, string name, bool force)
    {
        var kind = target.Kind;
        var schema = KindSchemas.Of(kind);
        var managers = FieldOwner.Read(live.At("metadata", "managedFields")) ?? [];
        if (managers.Count == 0 && live.Count > 0 && DocumentFields.Of(live, schema) is { IsEmpty: false } present)
            managers.Add(new FieldOwner("before-first-apply", false, kind.ApiVersion, "", Now(), present));
        var others = managers.FindAll(m => !m.Is(name, true, kind.ApiVersion, target.Subresource));
        var mine = managers.Find(m => m.Is(name, true, kind.ApiVersion, target.Subresource));
        var set = DocumentFields.Of(applied, schema);

        var merged = (JsonObject)AppliedMerge.Merge(live, applied, schema)!;
        if (mine is not null)
            AppliedMerge.Prune(merged, mine.Fields, others.Aggregate(set, (all, m) => all.Union(m.Fields)), schema);
        var difference = DocumentDifference.Between(live, merged, kind, schema);
        var changed = difference.Added.Union(difference.Modified);
        var conflicts = others.Select(m => (Manager: m, Fields: m.Fields.Intersect(changed))).Where(c => !c.Fields.IsEmpty).ToList();
        if (!force) FieldConflicts.Check(conflicts, name, live, schema, kind);

        others = [.. others.Select(m => m with { Fields = m.Fields.Except(changed).Except(difference.Removed) })];
        var moved = mine is null || !mine.Fields.Same(set) || !changed.IsEmpty || !difference.Removed.IsEmpty;
        others.Add(new FieldOwner(name, true, kind.ApiVersion, target.Subresource, moved ? Now() : mine!.Time, set));
        Write(merged.Ensure("metadata"), others);
        return merged;
    }

    private string Now() => Timestamps.Text(time.GetUtcNow());

    // A client that does not know the field must not lose it; one that sends a single empty entry means to.
    private static List<FieldOwner> Present(JsonObject before, JsonObject meta) =>
        meta["managedFields"] is JsonArray { Count: > 0 } given && FieldOwner.Read(given) is { } managers
            ? managers
            : FieldOwner.Read(before.At("metadata", "managedFields")) ?? [];

    private static List<FieldOwner> Bounded(List<FieldOwner> managers)
    {
        var updaters = managers.FindAll(m => !m.Applies && m.Subresource.Length == 0 && !m.Fields.IsEmpty);
        if (updaters.Count <= MostUpdaters) return managers;
        var old = updaters.OrderBy(m => m.Time, StringComparer.Ordinal).Take(updaters.Count - MostUpdaters + 1).ToList();
        managers.RemoveAll(old.Contains);
        managers.Add(old[^1] with { Name = Elders, Fields = old.Aggregate(FieldSet.Empty, (all, m) => all.Union(m.Fields)) });
        return managers;
    }

    private static void Write(JsonObject meta, List<FieldOwner> managers)
    {
        if (FieldOwner.Write(managers) is { } entries) meta["managedFields"] = entries;
        else meta.Remove("managedFields");
    }
}
