using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Cluster.Watch;

namespace Weir.Lab.Controllers;

/// <summary>A controller's copy of one collection, found by namespace and by owner; it also learns from the answers to our own writes.</summary>
/// <remarks>The documents are shared: only to be read.</remarks>
internal sealed class ObjectCache
{
    private const int MostTombstones = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectName, JsonObject> _objects = [];
    private readonly Dictionary<string, HashSet<ObjectName>> _byNamespace = [];
    private readonly Dictionary<string, HashSet<ObjectName>> _byOwner = [];
    private readonly Dictionary<ObjectName, long> _tombstones = [];
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Reflector _reflector;

    public ObjectCache(KubernetesConnection connection, string path, TimeProvider time, ILogger logger)
    {
        _reflector = new Reflector(connection, path, new ClusterWatchOptions(), time, logger)
        {
            Listed = Replace,
            Changed = document => Learn(document),
            Removed = Forget,
        };
    }

    /// <summary>Told of every change with the version before and after; null where there is none. Called outside the lock.</summary>
    public event Action<JsonObject?, JsonObject?>? Changed;

    /// <summary>Completes when the collection has been listed once.</summary>
    public Task WhenListed => _listed.Task;

    /// <summary>Follows the server until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _reflector.RunAsync(cancellationToken);

    /// <summary>The object; null when there is none.</summary>
    public JsonObject? Find(ObjectName name)
    {
        lock (_lock) return _objects.GetValueOrDefault(name);
    }

    /// <summary>Every object.</summary>
    public List<JsonObject> All()
    {
        lock (_lock) return [.. _objects.Values];
    }

    /// <summary>The objects of a namespace.</summary>
    public List<JsonObject> In(string ns)
    {
        lock (_lock) return _byNamespace.TryGetValue(ns, out var names) ? [.. names.Select(n => _objects[n])] : [];
    }

    /// <summary>The objects whose controller has this uid.</summary>
    public List<JsonObject> OwnedBy(string uid)
    {
        lock (_lock) return _byOwner.TryGetValue(uid, out var names) ? [.. names.Select(n => _objects[n])] : [];
    }

    /// <summary>Takes over a version that the server gave us, unless a newer one, or the end, is known.</summary>
    public void Learn(JsonObject document)
    {
        document.Materialize();
        var name = document.ObjectName();
        JsonObject? before;
        lock (_lock)
        {
            var revision = Revision(document);
            before = _objects.GetValueOrDefault(name);
            if (before is not null && Revision(before) >= revision) return;
            if (_tombstones.TryGetValue(name, out var ended) && ended >= revision) return;
            Put(name, document, before);
        }

        Changed?.Invoke(before, document);
    }

    private void Forget(JsonObject last)
    {
        var name = last.ObjectName();
        JsonObject? before;
        lock (_lock)
        {
            if (_tombstones.Count >= MostTombstones) _tombstones.Clear();
            _tombstones[name] = Revision(last);
            before = _objects.GetValueOrDefault(name);
            if (before is null || Revision(before) > Revision(last)) return;
            Drop(name, before);
        }

        Changed?.Invoke(before, null);
    }

    private void Replace(IReadOnlyList<JsonObject> items)
    {
        var changes = new List<(JsonObject?, JsonObject?)>();
        lock (_lock)
        {
            var names = items.Select(i => i.ObjectName()).ToHashSet();
            foreach (var (name, gone) in _objects.Where(o => !names.Contains(o.Key)).ToList())
            {
                Drop(name, gone);
                changes.Add((gone, null));
            }

            foreach (var item in items)
            {
                item.Materialize();
                var before = _objects.GetValueOrDefault(item.ObjectName());
                if (before is not null && Revision(before) >= Revision(item)) continue;
                Put(item.ObjectName(), item, before);
                changes.Add((before, item));
            }
        }

        foreach (var (before, after) in changes) Changed?.Invoke(before, after);
        _listed.TrySetResult();
    }

    private void Put(ObjectName name, JsonObject document, JsonObject? before)
    {
        if (before is not null) Drop(name, before);
        _objects[name] = document;
        Add(_byNamespace, name.Namespace, name);
        if (Owners.ControllerUid(document) is { } uid) Add(_byOwner, uid, name);
    }

    private void Drop(ObjectName name, JsonObject document)
    {
        _objects.Remove(name);
        Remove(_byNamespace, name.Namespace, name);
        if (Owners.ControllerUid(document) is { } uid) Remove(_byOwner, uid, name);
    }

    private static void Add(Dictionary<string, HashSet<ObjectName>> index, string key, ObjectName name)
    {
        if (!index.TryGetValue(key, out var names)) index[key] = names = [];
        names.Add(name);
    }

    private static void Remove(Dictionary<string, HashSet<ObjectName>> index, string key, ObjectName name)
    {
        if (index.TryGetValue(key, out var names) && names.Remove(name) && names.Count == 0) index.Remove(key);
    }

    // The lab's own server counts its revisions; against any other, nothing here may assume that.
    private static long Revision(JsonObject document) =>
        long.TryParse(document.Text("metadata", "resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
