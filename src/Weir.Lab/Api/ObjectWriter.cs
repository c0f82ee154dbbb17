using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Custom;
using Weir.Lab.Api.Fields;

namespace Weir.Lab.Api;

/// <summary>Creates and changes objects as a Kubernetes server does: metadata, defaults, admission, optimistic concurrency.</summary>
internal sealed class ObjectWriter(ObjectStore store, ResourceRegistry registry, AdmissionChain admission, TimeProvider time)
{
    // A writer that loses this many races in a row is told to try again itself.
    private const int MaxRaces = 100;

    private readonly FieldOwnership _ownership = new(time);

    /// <summary>Adds an object.</summary>
    public StoredObject Create(ApiTarget target, JsonObject body, WriteOptions options) => Create(target, body, options, false);

    /// <summary>Applies a document: makes the object, or changes what the client says and leaves what others say.</summary>
    /// <returns>The object, and whether it is new.</returns>
    /// <exception cref="ApiStatusException">Others own what would change (409), or the document is no object of the kind.</exception>
    public (StoredObject Object, bool Created) Apply(ApiTarget target, JsonObject applied, WriteOptions options)
    {
        AppliedDocument.Check(target, applied, options);
        CheckType(target.Kind, applied);
        CheckNamespace(target, applied.Ensure("metadata"));
        for (var race = 0; race < MaxRaces; race++)
        {
            if (store.Find(target.Kind, target.Namespace, target.Name) is null)
            {
                if (target.Subresource.Length > 0) throw ApiFaults.NotFound(target.Kind, target.Name);
                try
                {
                    return (Create(target, (JsonObject)applied.DeepClone(), options, true), true);
                }
                catch (ApiStatusException faster) when (faster.Reason == "AlreadyExists")
                {
                    continue;
                }
            }

            return (Change(target, live => Laid(target, live, applied, options), options, true), false);
        }

        throw ApiFaults.Modified(target.Kind, target.Name);
    }

    private JsonObject Laid(ApiTarget target, JsonObject live, JsonObject applied, WriteOptions options)
    {
        var document = (JsonObject)applied.DeepClone();
        BodyCheck.Check(target.Kind, document, options);
        AppliedDocument.Limit(target, document);
        var next = _ownership.Applied(target, live, document, options.FieldManager, options.Force);
        if (applied.Text("metadata", "resourceVersion") is { Length: > 0 } revision) next.Ensure("metadata")["resourceVersion"] = revision;
        FieldConflicts.KeepLastApplied(live, document, next, options.FieldManager);
        return next;
    }

    private StoredObject Create(ApiTarget target, JsonObject body, WriteOptions options, bool applies)
    {
        var kind = target.Kind;
        CheckType(kind, body);
        var meta = body.Ensure("metadata");
        CheckNamespace(target, meta);
        if (meta.Text("resourceVersion") is { Length: > 0 })
            throw ApiFaults.BadRequest("resourceVersion should not be set on objects to be created");
        if (kind.IsEnding) throw ApiFaults.KindEnds();
        BodyCheck.Check(kind, body, options);
        if (applies) AppliedDocument.Limit(target, body);

        for (var race = 0; ; race++)
        {
            var next = (JsonObject)body.DeepClone();
            meta = next.Ensure("metadata");
            var name = meta.Text("name") ?? "";
            var generated = name.Length == 0 && meta.Text("generateName") is { Length: > 0 };
            if (generated) meta["name"] = name = ObjectNames.Generate(meta.Text("generateName")!);
            if (ObjectNames.Check(kind, name) is { } fault) throw ApiFaults.Invalid(kind, name, [fault]);
            CheckNamespaceLives(kind, target.Namespace, name);
            if (store.Find(kind, target.Namespace, name) is not null)
            {
                if (generated && race < MaxRaces) continue;
                throw ApiFaults.AlreadyExists(kind, name);
            }

            meta.Remove("managedFields");
            if (applies) meta["managedFields"] = _ownership.Applied(target, [], body, options.FieldManager, true).At("metadata", "managedFields")?.DeepClone();
            if (kind.Namespaced) meta["namespace"] = target.Namespace;
            meta["uid"] = Guid.NewGuid().ToString();
            meta["creationTimestamp"] = Timestamps.Text(time.GetUtcNow());
            if (kind.HasGeneration) meta["generation"] = 1;
            meta.Remove("deletionTimestamp");
            meta.Remove("deletionGracePeriodSeconds");
            meta.Remove("selfLink");
            ObjectDefaults.PrepareNew(kind, next);
            VersionConversion.ToStored(kind, next);
            admission.Admit(new AdmissionReview(kind, target.Namespace, name, next, null));
            CustomCheck.Check(target, next, options);
            if (!applies) _ownership.Updated(target, [], next, options.FieldManager);
            if (options.DryRun) return StoredObject.Make(kind, target.Namespace, name, store.Revision, next);
            if (store.TryWrite(kind, target.Namespace, name, null, next) is { } written) return written;
            if (race >= MaxRaces) throw ApiFaults.AlreadyExists(kind, name);
        }
    }

    /// <summary>Replaces an object, or its status only.</summary>
    public StoredObject Update(ApiTarget target, JsonObject body, WriteOptions options)
    {
        CheckType(target.Kind, body);
        var meta = body.Ensure("metadata");
        CheckNamespace(target, meta);
        if (meta.Text("name") is { } name && name != target.Name)
            throw ApiFaults.BadRequest($"the name of the object ({name}) does not match the name on the URL ({target.Name})");
        if (target.Kind.Custom && string.IsNullOrEmpty(meta.Text("resourceVersion")))
            throw ApiFaults.Invalid(
                target.Kind,
                target.Name,
                [new FieldFault("metadata.resourceVersion", "FieldValueInvalid", "Invalid value: 0x0: must be specified for an update")]);
        return Change(target, _ => (JsonObject)body.DeepClone(), options);
    }

    /// <summary>Changes an object by a function of its present state, again whenever another writer was faster.</summary>
    /// <param name="target">The object, and which part of it may change.</param>
    /// <param name="change">Makes the new document; may take over the one that it is given.</param>
    /// <param name="options">What the client asked for.</param>
    public StoredObject Change(ApiTarget target, Func<JsonObject, JsonObject> change, WriteOptions options) =>
        Change(target, change, options, false);

    private StoredObject Change(ApiTarget target, Func<JsonObject, JsonObject> change, WriteOptions options, bool applies)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            var before = store.Find(target.Kind, target.Namespace, target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
            var old = before.Document();
            var shown = (JsonObject)old.DeepClone();
            if (target.Kind.StoredVersion is not null) VersionConversion.FromStored(target.Kind, shown);
            var next = change(shown);
            CheckPreconditions(target, next, before);
            options.Warnings.Clear();
            BodyCheck.Check(target.Kind, next, options);
            VersionConversion.ToStored(target.Kind, next);
            next = Merge(target, old, next, applies);

            // A write that changes nothing is no write, as with a real server: no new revision, no event.
            if (JsonTree.Same(old, next)) return before;
            if (target.Subresource.Length == 0)
                admission.Admit(new AdmissionReview(target.Kind, target.Namespace, target.Name, next, old));
            CustomCheck.Check(target, next, options);
            if (!applies) _ownership.Updated(target, old, next, options.FieldManager);
            if (options.DryRun) return StoredObject.Make(target.Kind, target.Namespace, target.Name, before.Revision, next);
            var ends = next.Text("metadata", "deletionTimestamp") is not null && ObjectRemover.MayEnd(target.Kind, next);
            if (store.TryWrite(target.Kind, target.Namespace, target.Name, before, ends ? null : next) is { } written) return written;
        }

        throw ApiFaults.Modified(target.Kind, target.Name);
    }

    private static JsonObject Merge(ApiTarget target, JsonObject old, JsonObject next, bool applies)
    {
        var kind = target.Kind;
        if (target.Subresource is "status")
        {
            var merged = (JsonObject)old.DeepClone();
            if (next["status"] is { } status) merged["status"] = status.DeepClone();
            else merged.Remove("status");
            if (applies) merged.Ensure("metadata")["managedFields"] = next.At("metadata", "managedFields")?.DeepClone();
            return merged;
        }

        next["kind"] = kind.Kind;
        var was = old.Ensure("metadata");
        var meta = next.Ensure("metadata");
        foreach (var fixedField in (ReadOnlySpan<string>)["name", "namespace", "uid", "creationTimestamp", "resourceVersion", "generation"])
            Keep(was, meta, fixedField);
        Keep(was, meta, "deletionTimestamp");
        Keep(was, meta, "deletionGracePeriodSeconds");
        if (meta["managedFields"] is not JsonArray { Count: > 0 }) Keep(was, meta, "managedFields");
        if (kind.HasStatus && target.Subresource != "binding") Keep(old, next, "status");
        ObjectDefaults.PrepareChanged(kind, next, old);
        if (!kind.HasGeneration) return next;

        // Whatever is neither metadata nor status is the wish of a person, and counts.
        if (next.Count(Wished) != old.Count(Wished) || next.Where(Wished).Any(p => !JsonTree.Same(p.Value, old[p.Key])))
            meta["generation"] = (was.Number("generation") ?? 0) + 1;
        return next;

        static bool Wished(KeyValuePair<string, JsonNode?> property) =>
            property.Key is not ("metadata" or "status" or "apiVersion" or "kind");
    }

    private static void Keep(JsonObject from, JsonObject to, string name)
    {
        if (from[name] is { } value) to[name] = value.DeepClone();
        else to.Remove(name);
    }

    private static void CheckPreconditions(ApiTarget target, JsonObject next, StoredObject before)
    {
        var meta = next.Map("metadata");
        if (meta.Text("resourceVersion") is { Length: > 0 } revision
            && revision != before.Revision.ToString(CultureInfo.InvariantCulture))
            throw ApiFaults.Modified(target.Kind, target.Name);
        if (meta.Text("uid") is { Length: > 0 } uid && uid != before.Uid)
            throw ApiFaults.Conflict(
                target.Kind,
                target.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Uid}");
    }

    private static void CheckType(ResourceKind kind, JsonObject body)
    {
        if (body.Text("kind") is not { Length: > 0 } named) body["kind"] = named = kind.Kind;
        if (body.Text("apiVersion") is not { Length: > 0 } version) body["apiVersion"] = version = kind.ApiVersion;
        if (version != kind.ApiVersion)
            throw ApiFaults.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({kind.ApiVersion})");
        if (named != kind.Kind)
            throw ApiFaults.BadRequest($"{named} in version \"{version}\" cannot be handled as a {kind.Kind}: converting ({version}.{named}) to ({kind.ApiVersion}.{kind.Kind}): unknown conversion");
        if (body["metadata"] is not (null or JsonObject))
            throw ApiFaults.BadRequest($"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: metadata: expected an object");
    }

    private static void CheckNamespace(ApiTarget target, JsonObject meta)
    {
        var named = meta.Text("namespace") ?? "";
        if (target.Kind.Namespaced ? named.Length > 0 && named != target.Namespace : named.Length > 0)
            throw ApiFaults.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    private void CheckNamespaceLives(ResourceKind kind, string ns, string name)
    {
        if (!kind.Namespaced) return;
        var namespaces = registry.Find("", "v1", "namespaces")!;
        var home = store.Find(namespaces, "", ns) ?? throw ApiFaults.NotFound(namespaces, ns);
        if (home.Document().Text("metadata", "deletionTimestamp") is not null) throw ApiFaults.NamespaceEnds(kind, name, ns);
    }
}
