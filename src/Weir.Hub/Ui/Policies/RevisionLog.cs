using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Hub.Ui.State;
using Weir.Policy.Matrix;

namespace Weir.Hub.Ui.Policies;

/// <summary>Keeps the changes of policies as they come, and what each changed in verdicts. In memory: the newest ones since the hub started.</summary>
internal sealed class RevisionLog(ClusterView cluster, TimeProvider time)
{
    private const int Most = 2_000;

    // A matrix asks for each pair on each port: with more workloads a change would take long to weigh.
    private const int MostWorkloads = 60;
    private readonly Lock _gate = new();
    private readonly List<Revision> _all = [];

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
        var known = new Dictionary<PolicyKey, string>();
        var isFirst = true;
        while (await changes.WaitToReadAsync(cancellation))
        {
            if (!changes.TryRead(out var change) || (!isFirst && !change.Touches(ClusterPart.Policies))) continue;
            Note(change.State, known, isFirst);
            isFirst = false;
        }
    }

    private void Note(ClusterState state, Dictionary<PolicyKey, string> known, bool isFirst)
    {
        var now = time.GetUtcNow();
        var before = isFirst ? null : MatrixOf(PolicyWorld.Of(state), known);
        foreach (var gone in known.Keys.Where(k => !state.Policies.ContainsKey(k)).ToList())
        {
            known.Remove(gone);
            Add(new Revision(now, gone, 0, "deleted", null, null));
        }

        foreach (var (key, policy) in state.Policies)
        {
            var yaml = PolicyYaml.Of(policy);
            var isKnown = known.TryGetValue(key, out var old);
            if (old == yaml) continue;
            known[key] = yaml;
            Add(new Revision(now, key, policy.Generation, isFirst ? "present" : isKnown ? "changed" : "added", yaml, null));
        }

        if (before is not null && MatrixOf(PolicyWorld.Of(state), known) is { } after) Weigh(now, before.ChangesTo(after).Count);
    }

    private static ReachMatrix? MatrixOf(PolicyWorld world, IReadOnlyDictionary<PolicyKey, string> texts) =>
        world.World.Endpoints.Count > MostWorkloads ? null : ReachMatrix.Build(world.With(texts));

    private void Add(Revision revision)
    {
        lock (_gate)
        {
            if (_all.Count == Most) _all.RemoveAt(0);
            _all.Add(revision);
        }
    }

    // Several policies that changed at once share what they changed together.
    private void Weigh(DateTimeOffset time, int changes)
    {
        lock (_gate)
            for (var i = _all.Count - 1; i >= 0 && _all[i].Time == time; i--) _all[i] = _all[i] with { VerdictChanges = changes };
    }
}
