using System.Text.Json.Nodes;
using System.Threading.Channels;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Deletes objects whose owners are all gone, and lets owners go that wait for their dependants.</summary>
internal sealed class GarbageCollector : IAsyncDisposable
{
    private readonly ObjectStore _store;
    private readonly ResourceRegistry _registry;
    private readonly ObjectRemover _remover;
    private readonly Channel<StoreEvent> _events = Channel.CreateUnbounded<StoreEvent>();
    private readonly Dictionary<string, Place> _alive = [];
    private readonly Dictionary<string, HashSet<string>> _dependants = [];
    private Task _running = Task.CompletedTask;

    public GarbageCollector(ObjectStore store, ResourceRegistry registry, ObjectRemover remover)
    {
        (_store, _registry, _remover) = (store, registry, remover);
        store.Written += happened => _events.Writer.TryWrite(happened);
    }

    private sealed record Place(ResourceKind Kind, StoredObject Object);

    /// <summary>Looks at everything once, then follows the store.</summary>
    public void Start() => _running = RunAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        foreach (var kind in _registry.Kinds.Where(k => k is { IsStored: true, StoredVersion: null }))
        {
            foreach (var stored in _store.List(kind, "").Objects) Learn(kind, stored);
        }

        foreach (var place in _alive.Values.ToList()) Collect(place);
        await foreach (var happened in _events.Reader.ReadAllAsync()) See(happened);
    }

    private void See(StoreEvent happened)
    {
        var stored = happened.Object;
        if (happened.Type == StoreEventType.Deleted)
        {
            Forget(stored);
            foreach (var uid in Dependants(stored.Uid))
            {
                if (_alive.TryGetValue(uid, out var dependant)) Collect(dependant);
            }

            foreach (var owner in stored.Owners) Release(owner);
            return;
        }

        // The lists at the start may be ahead of the events that were queued before them.
        if (_alive.TryGetValue(stored.Uid, out var known) && known.Object.Revision >= stored.Revision) return;
        Learn(happened.Kind, stored);
        Collect(_alive[stored.Uid]);
        if (happened.Type == StoreEventType.Modified) Release(stored.Uid);
    }

    private void Learn(ResourceKind kind, StoredObject stored)
    {
        _alive[stored.Uid] = new Place(kind, stored);
        foreach (var owner in stored.Owners)
        {
            if (!_dependants.TryGetValue(owner, out var uids)) _dependants[owner] = uids = [];
            uids.Add(stored.Uid);
        }
    }

    private void Forget(StoredObject stored)
    {
        _alive.Remove(stored.Uid);
        foreach (var owner in stored.Owners)
        {
            if (_dependants.TryGetValue(owner, out var uids) && uids.Remove(stored.Uid) && uids.Count == 0) _dependants.Remove(owner);
        }
    }

    private List<string> Dependants(string uid) => _dependants.TryGetValue(uid, out var uids) ? [.. uids] : [];

    // Goes by the owners' uids: an owner of the same name that was made anew is another owner.
    private void Collect(Place place)
    {
        if (place.Object.Owners.Length == 0 || place.Object.Owners.Any(_alive.ContainsKey)) return;
        Delete(place, []);
    }

    // An owner that is deleted in the foreground, or lets its dependants go, has a finalizer that is ours to take away.
    private void Release(string uid)
    {
        if (!_alive.TryGetValue(uid, out var place)) return;
        var document = place.Object.Document();
        if (document.Text("metadata", "deletionTimestamp") is null) return;
        var finalizers = document.Items("metadata", "finalizers").Select(f => f.GetValue<string>()).ToList();
        if (finalizers.Contains("orphan"))
        {
            foreach (var dependant in Dependants(uid)) Orphan(dependant, uid);
            RemoveFinalizer(place, "orphan");
        }
        else if (finalizers.Contains("foregroundDeletion"))
        {
            var left = Dependants(uid).Where(_alive.ContainsKey).Select(u => _alive[u]).ToList();
            if (left.Count == 0) RemoveFinalizer(place, "foregroundDeletion");
            foreach (var dependant in left) Delete(dependant, new JsonObject { ["propagationPolicy"] = "Foreground" });
        }
    }

    private void Orphan(string dependant, string owner)
    {
        if (!_alive.TryGetValue(dependant, out var place)) return;
        Rewrite(place, document =>
        {
            if (document.At("metadata", "ownerReferences") is JsonArray owners)
                owners.RemoveAll(o => o.Text("uid") == owner);
        });
        _dependants.GetValueOrDefault(owner)?.Remove(dependant);
    }

    private void RemoveFinalizer(Place place, string finalizer) => Rewrite(place, document =>
    {
        if (document.At("metadata", "finalizers") is JsonArray list) list.RemoveAll(f => f?.GetValue<string>() == finalizer);
    });

    private void Rewrite(Place place, Action<JsonObject> change)
    {
        while (_store.Find(place.Kind, place.Object.Namespace, place.Object.Name) is { } now && now.Uid == place.Object.Uid)
        {
            var next = now.Document();
            change(next);
            var ends = next.Text("metadata", "deletionTimestamp") is not null && ObjectRemover.MayEnd(place.Kind, next);
            if (_store.TryWrite(place.Kind, now.Namespace, now.Name, now, ends ? null : next) is not null) return;
        }
    }

    private void Delete(Place place, JsonObject options)
    {
        options["preconditions"] = new JsonObject { ["uid"] = place.Object.Uid };
        try
        {
            _remover.Delete(new ApiTarget(place.Kind, place.Object.Namespace, place.Object.Name, ""), options, false);
        }
        catch (ApiStatusException gone) when (gone.Code is 404 or 409)
        {
            // Gone already, or another object by now.
        }
    }
}
