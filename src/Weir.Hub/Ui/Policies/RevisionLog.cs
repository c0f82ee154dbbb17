using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Hub.Ui.State;
using Weir.Policy.Matrix;

namespace Weir.Hub.Ui.Policies;

/// <summary>Keeps the changes of policies as they come, and what each changed in verdicts: the newest ones, and the last one of each policy.</summary>
/// <param name="cluster">Tells of changes.</param>
/// <param name="file">Where they are kept beyond the hub's life; null for nowhere.</param>
/// <param name="time">The clock.</param>
internal sealed class RevisionLog(ClusterView cluster, RevisionFile? file, TimeProvider time)
{
    private const int Most = 2_000;

    // A matrix asks for each pair on each port: with more workloads a change would take long to weigh.
    private const int MostWorkloads = 60;
    private readonly Lock _gate = new();
    private List<Revision> _all = [];

    /// <summary>The changes, oldest first.</summary>
    public IReadOnlyList<Revision> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    /// <summary>Notes changes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (cluster.Subscribe() is not { } changes) return;
        var known = Remembered();
        var (isFirst, isNew) = (true, known.Count == 0);
        while (await changes.WaitToReadAsync(cancellation))
        {
            if (!changes.TryRead(out var change) || (!isFirst && !change.Touches(ClusterPart.Policies))) continue;
            Note(change.State, known, isFirst && isNew);
            isFirst = false;
        }
    }

    // What an earlier hub knew. What changed while none ran is told as a change of the time when this one saw it.
    private Dictionary<PolicyKey, string> Remembered()
    {
        var known = new Dictionary<PolicyKey, string>();
        if (file is null) return known;
        var loaded = Trimmed(file.Load());
        if (loaded.Count > 0) file.Replace(loaded);
        lock (_gate) _all = loaded;
        foreach (var revision in loaded)
        {
            if (revision.Yaml is { } yaml) known[revision.Key] = yaml;
            else known.Remove(revision.Key);
        }

        return known;
    }

    private void Note(ClusterState state, Dictionary<PolicyKey, string> known, bool isBeginning)
    {
        var now = time.GetUtcNow();
        List<Revision> fresh = [.. known.Keys.Where(k => !state.Policies.ContainsKey(k)).Select(k => new Revision(now, k, 0, "deleted", null, null))];
        foreach (var (key, policy) in state.Policies)
        {
            var yaml = PolicyYaml.Of(policy);
            var isKnown = known.TryGetValue(key, out var old);
            if (old != yaml) fresh.Add(new Revision(now, key, policy.Generation, isBeginning ? "present" : isKnown ? "changed" : "added", yaml, null));
        }

        if (fresh.Count == 0) return;
        lock (_gate) _all.AddRange(fresh);
        if (!isBeginning) fresh = Weighed(fresh, state, known);
        file?.Append(fresh);
        foreach (var revision in fresh)
        {
            if (revision.Yaml is { } yaml) known[revision.Key] = yaml;
            else known.Remove(revision.Key);
        }

        lock (_gate) _all = Trimmed([.. _all[..^fresh.Count], .. fresh]);
    }

    // Several policies that changed at once share what they changed together.
    private static List<Revision> Weighed(List<Revision> fresh, ClusterState state, Dictionary<PolicyKey, string> known)
    {
        var world = PolicyWorld.Of(state);
        if (world.World.Endpoints.Count > MostWorkloads) return fresh;
        var changes = ReachMatrix.Build(world.With(known)).ChangesTo(ReachMatrix.Build(world.World)).Count;
        return [.. fresh.Select(r => r with { VerdictChanges = changes })];
    }

    // The newest ones, and the last one of each policy, so that a policy that nobody touched is not taken for a new one.
    private static List<Revision> Trimmed(List<Revision> all)
    {
        if (all.Count <= Most) return all;
        var last = new Dictionary<PolicyKey, Revision>();
        foreach (var revision in all) last[revision.Key] = revision;
        return [.. all.Where((r, i) => i >= all.Count - Most || (ReferenceEquals(last[r.Key], r) && r.Yaml is not null))];
    }
}
