using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Access;
using Weir.Lab.Api.Custom;
using Weir.Lab.Api.Streams;
using Weir.Lab.Pods;

namespace Weir.Lab.Api;

/// <summary>Answers requests: finds what the path names, does what the method says, turns a refusal into a <c>Status</c>.</summary>
internal sealed class ApiRequests(
    ObjectStore store,
    ResourceRegistry registry,
    ObjectWriter writer,
    ObjectRemover remover,
    CustomDefinitions definitions,
    AccessReviews reviews,
    TokenRequests tokens,
    NodePods? nodes,
    TimeProvider time,
    CancellationToken stopping)
{
    private readonly ListWriter _lists = new(store);
    private readonly MetaRequests _meta = new(registry);
    private readonly Answer _answer = new(time);
    private readonly PodRequests _pods = new(store, registry, writer, remover, time);
    private readonly PodStreamRequests _streams = new(store, nodes, time, stopping);
    private readonly ScaleRequests _scale = new(store, writer);

    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http);
        }
        catch (ApiStatusException fault)
        {
            await Answer.FaultAsync(http, fault);
        }
        catch (BadHttpRequestException fault)
        {
            await Answer.FaultAsync(
                http, fault.StatusCode == 413 ? ApiFaults.TooLarge(RequestBody.MaxBytes) : ApiFaults.BadRequest(fault.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: nobody waits for an answer.
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        if (http.Request.Method == "GET" && await _meta.TryHandleAsync(http)) return;
        var target = ApiTarget.Parse(http.Request.Path.Value ?? "", registry) ?? throw ApiFaults.NoSuchPath();
        if (target.Subresource.Length > 0 && target.Kind.Subresources.All(s => s.Name != target.Subresource)) throw ApiFaults.NoSuchPath();
        switch (http.Request.Method, target.Subresource)
        {
            case ("POST", "") when !target.Kind.IsStored:
                await reviews.HandleAsync(http, target);
                break;
            case ("POST", "token"):
                await tokens.HandleAsync(http, target);
                break;
            case ("GET" or "PUT" or "PATCH", "scale"):
                await _scale.HandleAsync(http, target);
                break;
            case ("POST", "binding"):
                await _pods.BindAsync(http, target);
                break;
            case ("POST", "eviction"):
                await _pods.EvictAsync(http, target);
                break;
            case var (method, subresource) when PodStreamRequests.Answers(method, subresource):
                await _streams.HandleAsync(http, target);
                break;
            case ("GET", "" or "status" or "ephemeralcontainers") when target.Kind.IsStored:
                await ReadAsync(http, target);
                break;
            case ("POST", "") when target.Name.Length == 0 && target.Kind.Namespaced == (target.Namespace.Length > 0):
                await WriteAsync(http, target, 201, async options => writer.Create(target, await RequestBody.ObjectAsync(http), options));
                break;
            case ("PUT", "finalize"):
                await WriteAsync(http, target, 200, async options => Finalize(target, await RequestBody.ObjectAsync(http), options));
                break;
            case ("PUT", _) when target.Name.Length > 0:
                await WriteAsync(http, target, 200, async options => writer.Update(target, await RequestBody.ObjectAsync(http), options));
                break;
            case ("PATCH", _) when target.Name.Length > 0 && RequestBody.Type(http) == "application/apply-patch+yaml":
                await ApplyAsync(http, target);
                break;
            case ("PATCH", _) when target.Name.Length > 0:
                await WriteAsync(http, target, 200, options => PatchAsync(http, target, options));
                break;
            case ("DELETE", ""):
                await DeleteAsync(http, target);
                break;
            default:
                throw ApiFaults.MethodNotAllowed();
        }
    }

    private async Task ReadAsync(HttpContext http, ApiTarget target)
    {
        var options = ListOptions.Read(http.Request.Query, target.Kind, target.Name);
        if (options.Watch)
        {
            await new WatchStream(store, time, _answer.Table(http, target.Kind)).RunAsync(http, target, options, stopping);
            return;
        }

        if (target.Name.Length == 0)
        {
            await _answer.ListAsync(http, target.Kind, _lists.Pick(target, options));
            return;
        }

        var stored = store.Find(target.Kind, target.Namespace, target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
        await _answer.ObjectAsync(http, 200, target.Kind, stored);
    }

    private async Task ApplyAsync(HttpContext http, ApiTarget target)
    {
        var options = WriteOptions.Read(http.Request);
        var (written, created) = writer.Apply(target, await RequestBody.ObjectAsync(http), options);
        Warn(http, options);
        await _answer.ObjectAsync(http, created ? 201 : 200, target.Kind, written);
    }

    private async Task WriteAsync(HttpContext http, ApiTarget target, int code, Func<WriteOptions, Task<StoredObject>> write)
    {
        var options = WriteOptions.Read(http.Request);
        var written = await write(options);
        Warn(http, options);
        await _answer.ObjectAsync(http, code, target.Kind, written);
    }

    private static void Warn(HttpContext http, WriteOptions options)
    {
        foreach (var warning in options.Warnings)
            http.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }

    // A namespace whose finalizers are all gone, and that is being deleted, is gone itself.
    private StoredObject Finalize(ApiTarget target, JsonObject body, WriteOptions options)
    {
        while (true)
        {
            var before = store.Find(target.Kind, "", target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
            var next = before.Document();
            next.Ensure("spec")["finalizers"] = body.At("spec", "finalizers")?.DeepClone();
            var ends = next.Text("metadata", "deletionTimestamp") is not null && ObjectRemover.MayEnd(target.Kind, next);
            if (options.DryRun) return before;
            if (store.TryWrite(target.Kind, "", target.Name, before, ends ? null : next) is { } written) return written;
        }
    }

    private async Task<StoredObject> PatchAsync(HttpContext http, ApiTarget target, WriteOptions options)
    {
        switch (RequestBody.Type(http))
        {
            case "application/merge-patch+json":
                var merge = await RequestBody.ObjectAsync(http);
                return writer.Change(target, document => With(document, d => JsonMergePatch.Apply(d, merge)), options);
            case "application/strategic-merge-patch+json" when !target.Kind.Custom:
                var strategic = await RequestBody.ObjectAsync(http);
                return writer.Change(target, document => With(document, d => StrategicMergePatch.Apply(d, strategic)), options);
            case "application/json-patch+json":
                var operations = await RequestBody.NodeAsync(http) as JsonArray
                    ?? throw ApiFaults.BadRequest("a JSON patch is a list of operations");
                return writer.Change(target, document => JsonPatch.Apply(document, operations), options);
            default:
                throw ApiFaults.UnsupportedMediaType("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");
        }
    }

    private static JsonObject With(JsonObject document, Action<JsonObject> change)
    {
        change(document);
        return document;
    }

    private async Task DeleteAsync(HttpContext http, ApiTarget target)
    {
        var empty = http.Request.ContentLength is null or 0 && http.Request.Headers.TransferEncoding.Count == 0;
        var body = empty ? [] : await RequestBody.ObjectAsync(http);
        foreach (var name in (ReadOnlySpan<string>)["propagationPolicy", "gracePeriodSeconds"])
        {
            var value = http.Request.Query[name].ToString();
            if (value.Length > 0)
                body[name] = long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : JsonValue.Create(value);
        }

        var dryRun = http.Request.Query["dryRun"].Count > 0 || body.Items("dryRun").Any();
        if (target.Name.Length == 0)
        {
            await DeleteCollectionAsync(http, target, body, dryRun);
            return;
        }

        var outcome = Delete(target, body, dryRun);

        // A real server shows what is left of pods, services and whatever has yet to end, and else says that it is done.
        if (!outcome.Gone || target.Kind.StoreKey is "pods" or "services" or "namespaces")
        {
            await _answer.ObjectAsync(http, 200, target.Kind, outcome.Object);
            return;
        }

        var details = new JsonObject { ["name"] = target.Name };
        if (target.Kind.Group.Length > 0) details["group"] = target.Kind.Group;
        details["kind"] = target.Kind.Plural;
        details["uid"] = outcome.Object.Uid;
        await Answer.SuccessAsync(http, 200, details);
    }

    private ObjectRemover.Outcome Delete(ApiTarget target, JsonObject options, bool dryRun) => target.Kind.StoreKey == DefinitionAdmission.StoreKey
        ? definitions.Delete(target, options, dryRun)
        : remover.Delete(target, options, dryRun);

    private async Task DeleteCollectionAsync(HttpContext http, ApiTarget target, JsonObject body, bool dryRun)
    {
        var page = _lists.Pick(target, ListOptions.Read(http.Request.Query, target.Kind, ""));
        foreach (var stored in page.Objects)
        {
            try
            {
                Delete(target with { Namespace = stored.Namespace, Name = stored.Name }, (JsonObject)body.DeepClone(), dryRun);
            }
            catch (ApiStatusException gone) when (gone.Code == 404)
            {
                // Someone else was faster, which is what was wanted.
            }
        }

        await _answer.ListAsync(http, target.Kind, page);
    }
}
