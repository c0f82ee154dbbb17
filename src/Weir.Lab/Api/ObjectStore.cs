using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>All objects of the cluster: read from memory, written to memory and SQLite under one lock and one growing revision.</summary>
internal sealed class ObjectStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteJournal _journal;
    private readonly int _historyLength;
    private readonly Dictionary<string, Shelf> _shelves = [];
    private readonly Dictionary<string, List<(string, string, long, byte[])>> _unclaimed = [];
    private readonly long _start;
    private long _revision;

    /// <summary>Opens the store.</summary>
    /// <param name="path">The SQLite file; null keeps everything in memory.</param>
    /// <param name="historyLength">How many writes of each kind watchers may fall behind.</param>
    public ObjectStore(string? path, int historyLength = 16384)
    {
        _historyLength = historyLength;
        _journal = new SqliteJournal(path);

        // The first revision of a new cluster is 1: clients take 0 for "anything will do".
        _revision = _start = Math.Max(1, _journal.LastRevision());
        foreach (var (kind, ns, name, revision, json) in _journal.ReadAll())
        {
            if (!_unclaimed.TryGetValue(kind, out var rows)) _unclaimed[kind] = rows = [];
            rows.Add((ns, name, revision, json));
        }
    }

    /// <summary>Called with every write, under the lock: it must only pass it on.</summary>
    public event Action<StoreEvent>? Written;

    /// <summary>The newest revision.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>The object; null when there is none.</summary>
    public StoredObject? Find(ResourceKind kind, string ns, string name)
    {
        lock (_lock) return Shelve(kind).Objects.GetValueOrDefault(StoredObject.KeyOf(ns, name));
    }

    /// <summary>The objects of a kind, ordered by key, and the revision at which that was so.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">The namespace; empty for all.</param>
    public (long Revision, List<StoredObject> Objects) List(ResourceKind kind, string ns)
    {
        lock (_lock)
        {
            var objects = Shelve(kind).Objects;
            var found = new List<StoredObject>(ns.Length == 0 ? objects.Count : 16);
            if (ns.Length == 0) found.AddRange(objects.Values);
            else found.AddRange(objects.Values.Where(o => o.Namespace == ns));
            return (_revision, found);
        }
    }

    /// <summary>Writes, if nobody else has written the object meanwhile.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="ns">The namespace; empty for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="expected">The version on which the change is based; null when there should be none.</param>
    /// <param name="next">The new document, which the store takes over; null deletes.</param>
    /// <returns>What was written (of a deletion, the last version); null when another writer was faster.</returns>
    public StoredObject? TryWrite(ResourceKind kind, string ns, string name, StoredObject? expected, JsonObject? next)
    {
        lock (_lock)
        {
            var shelf = Shelve(kind);
            var key = StoredObject.KeyOf(ns, name);
            if (shelf.Objects.GetValueOrDefault(key) != expected) return null;
            if (expected is null && next is null) throw new InvalidOperationException("nothing to delete");

            var revision = _revision + 1;
            var written = StoredObject.Make(kind, ns, name, revision, next ?? expected!.Document());
            if (next is null) _journal.Delete(kind.StoreKey, ns, name, revision);
            else _journal.Put(kind.StoreKey, written);

            // Only what the disk has taken becomes visible.
            if (next is null) shelf.Objects.Remove(key);
            else shelf.Objects[key] = written;
            Interlocked.Exchange(ref _revision, revision);
            var type = next is null ? StoreEventType.Deleted : expected is null ? StoreEventType.Added : StoreEventType.Modified;
            var happened = new StoreEvent(type, kind, written, expected);
            shelf.History.Add(happened);
            Written?.Invoke(happened);
            return written;
        }
    }

    /// <summary>The writes to a kind after a revision, or a task that completes when there is one.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="revision">The last revision that the caller has seen.</param>
    /// <param name="limit">The most writes to return at once.</param>
    /// <exception cref="ApiStatusException">Writes after that revision are no longer kept (410 Expired).</exception>
    public (List<StoreEvent> Events, long Reached, Task More) EventsAfter(ResourceKind kind, long revision, int limit = 256)
    {
        lock (_lock)
        {
            var history = Shelve(kind).History;
            if (revision < history.Compacted) throw ApiFaults.Expired(revision, history.Compacted);
            var events = history.After(revision, limit);
            return (events, events.Count == 0 ? Math.Max(revision, _revision) : events[^1].Object.Revision, history.More);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) _journal.Dispose();
    }

    // A custom kind is known only once its definition is: rows of kinds that nobody has asked for yet wait as bytes.
    private Shelf Shelve(ResourceKind kind)
    {
        if (_shelves.TryGetValue(kind.StoreKey, out var shelf)) return shelf;
        shelf = new Shelf(new EventHistory(_historyLength, _start));
        if (_unclaimed.Remove(kind.StoreKey, out var rows))
        {
            foreach (var (ns, name, revision, json) in rows)
                shelf.Objects[StoredObject.KeyOf(ns, name)] = StoredObject.Load(kind, ns, name, revision, json);
        }

        return _shelves[kind.StoreKey] = shelf;
    }

    private sealed record Shelf(EventHistory History)
    {
        public SortedDictionary<string, StoredObject> Objects { get; } = new(StringComparer.Ordinal);
    }
}
