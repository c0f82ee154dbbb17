using System.Text.Json.Nodes;
using System.Threading.Channels;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>Keeps the served kinds in step with the definitions in the store, and ends a definition with all that it defines.</summary>
/// <remarks>
/// The store tells of a write before anyone is answered, so a kind is there (or gone) when its definition's writer hears that it is
/// written. Definitions are few and written seldom: reading one under the store's lock holds nobody up.
/// </remarks>
internal sealed class CustomDefinitions : IAsyncDisposable
{
    /// <summary>Holds a definition until its objects are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    private readonly ObjectStore _store;
    private readonly ResourceRegistry _registry;
    private readonly ObjectRemover _remover;
    private readonly TimeProvider _time;
    private readonly ResourceKind _kind;
    private readonly Channel<string> _emptied = Channel.CreateUnbounded<string>();
    private Task _running = Task.CompletedTask;

    public CustomDefinitions(ObjectStore store, ResourceRegistry registry, ObjectRemover remover, TimeProvider time)
    {
        (_store, _registry, _remover, _time) = (store, registry, remover, time);
        _kind = registry.Find("apiextensions.k8s.io", "v1", "customresourcedefinitions")!;
        foreach (var stored in store.List(_kind, "").Objects) registry.Replace(stored.Name, DefinitionReader.Read(stored.Document()));
        store.Written += See;
    }

    /// <summary>Goes on with deletions that an earlier life of the server began.</summary>
    public void Start()
    {
        foreach (var stored in _store.List(_kind, "").Objects) _emptied.Writer.TryWrite(stored.Name);
        _running = RunAsync();
    }

    /// <summary>Deletes a definition: its objects first, then itself, at once if nothing holds them.</summary>
    public ObjectRemover.Outcome Delete(ApiTarget target, JsonObject options, bool dryRun)
    {
        if (!dryRun)
        {
            Rewrite(target.Name, definition =>
            {
                if (definition.At("metadata", "finalizers") is JsonArray known && known.Any(f => f.Text() == Finalizer)) return;
                if (definition.At("metadata", "finalizers") is JsonArray list) list.Add(Finalizer);
                else definition.Ensure("metadata")["finalizers"] = new JsonArray(Finalizer);
                DefinitionStatus.Ends(definition, Timestamps.Text(_time.GetUtcNow()));
            });
        }

        var outcome = _remover.Delete(target, options, dryRun);
        if (dryRun) return outcome;
        Finish(target.Name);
        var left = _store.Find(_kind, "", target.Name);
        return new ObjectRemover.Outcome(left is null || left.Uid != outcome.Object.Uid ? outcome.Object : left, left?.Uid != outcome.Object.Uid);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _emptied.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        await foreach (var name in _emptied.Reader.ReadAllAsync()) Finish(name);
    }

    private void See(StoreEvent happened)
    {
        if (happened.Kind.StoreKey == _kind.StoreKey)
        {
            var gone = happened.Type == StoreEventType.Deleted;
            _registry.Replace(happened.Object.Name, gone ? [] : DefinitionReader.Read(happened.Object.Document()));
        }
        else if (happened is { Type: StoreEventType.Deleted, Kind: { Custom: true, IsEnding: true } })
        {
            _emptied.Writer.TryWrite(happened.Kind.StoreKey);
        }
    }

    private void Finish(string name)
    {
        if (_store.Find(_kind, "", name) is not { } definition) return;
        if (definition.Document().Text("metadata", "deletionTimestamp") is null) return;
        if (_registry.Kinds.FirstOrDefault(k => k.StoreKey == name && k.Custom) is { } kind)
        {
            foreach (var stored in _store.List(kind, "").Objects) Delete(kind, stored);
            if (_store.List(kind, "").Objects.Count > 0) return;
        }

        Rewrite(name, document =>
        {
            if (document.At("metadata", "finalizers") is JsonArray list) list.RemoveAll(f => f.Text() == Finalizer);
        });
    }

    private void Delete(ResourceKind kind, StoredObject stored)
    {
        try
        {
            _remover.Delete(new ApiTarget(kind, stored.Namespace, stored.Name, ""), [], false);
        }
        catch (ApiStatusException gone) when (gone.Code is 404 or 409)
        {
            // As wanted.
        }
    }

    private void Rewrite(string name, Action<JsonObject> change)
    {
        while (_store.Find(_kind, "", name) is { } before)
        {
            var next = before.Document();
            change(next);
            var ends = next.Text("metadata", "deletionTimestamp") is not null && ObjectRemover.MayEnd(_kind, next);
            if (!ends && JsonTree.Same(next, before.Document())) return;
            if (_store.TryWrite(_kind, "", name, before, ends ? null : next) is not null) return;
        }
    }
}
