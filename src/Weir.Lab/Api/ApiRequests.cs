using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Answers requests: finds what the path names, does what the method says, turns a refusal into a <c>Status</c>.</summary>
internal sealed class ApiRequests(
    ObjectStore store,
    ResourceRegistry registry,
    ObjectWriter writer,
    ObjectRemover remover,
    TimeProvider time,
    CancellationToken stopping)
{
    /// <summary>The largest body that is read, in bytes.</summary>
    public const int MaxBodyBytes = 3 * 1024 * 1024;

    private readonly ListWriter _lists = new(store);

    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http);
        }
        catch (ApiStatusException fault)
        {
            await FailAsync(http, fault);
        }
        catch (BadHttpRequestException fault)
        {
            await FailAsync(http, fault.StatusCode == 413 ? ApiFaults.TooLarge(MaxBodyBytes) : ApiFaults.BadRequest(fault.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: nobody waits for an answer.
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path is "/healthz" or "/livez" or "/readyz")
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync("ok", http.RequestAborted);
            return;
        }

        var target = ApiTarget.Parse(path, registry) ?? throw ApiFaults.NoSuchPath();
        CheckSubresource(target);
        switch (http.Request.Method)
        {
            case "GET":
                await ReadAsync(http, target);
                break;
            case "POST" when target.Name.Length == 0:
                if (target.Kind.Namespaced && target.Namespace.Length == 0) throw ApiFaults.MethodNotAllowed();
                await SendAsync(http, 201, target.Kind, writer.Create(target, await BodyAsync(http), WriteOptions.Read(http.Request)));
                break;
            case "POST" when target.Subresource == "binding":
                await BindAsync(http, target);
                break;
            case "PUT" when target.Name.Length > 0:
                await SendAsync(http, 200, target.Kind, await ReplaceAsync(http, target));
                break;
            case "PATCH" when target.Name.Length > 0:
                await SendAsync(http, 200, target.Kind, await PatchAsync(http, target));
                break;
            case "DELETE" when target.Subresource.Length == 0:
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
            await new WatchStream(store, time).RunAsync(http, target, options, stopping);
            return;
        }

        http.Response.ContentType = "application/json";
        if (target.Name.Length > 0)
        {
            var stored = store.Find(target.Kind, target.Namespace, target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
            await SendAsync(http, 200, target.Kind, stored);
            return;
        }

        ListWriter.Write(http.Response.BodyWriter, target.Kind, _lists.Pick(target, options));
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private async Task<StoredObject> ReplaceAsync(HttpContext http, ApiTarget target)
    {
        var body = await BodyAsync(http);
        var options = WriteOptions.Read(http.Request);
        if (target.Subresource == "finalize") return Finalize(target, body, options);
        return writer.Update(target, body, options);
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

    // Binding is a write of its own, so that only one scheduler can win.
    private async Task BindAsync(HttpContext http, ApiTarget target)
    {
        var node = (await BodyAsync(http)).Text("target", "name");
        if (string.IsNullOrEmpty(node)) throw ApiFaults.BadRequest("a Binding names its node in target.name");
        writer.Change(
            target,
            pod =>
            {
                if (pod.Text("metadata", "deletionTimestamp") is not null)
                    throw ApiFaults.Conflict(target.Kind, target.Name, "pod is being deleted, cannot be assigned to a host");
                if (pod.Text("spec", "nodeName") is { Length: > 0 } taken)
                    throw ApiFaults.Conflict(target.Kind, target.Name, $"pod {target.Name} is already assigned to node \"{taken}\"");
                pod.Ensure("spec")["nodeName"] = node;
                var status = pod.Ensure("status");
                status["conditions"] = new JsonArray([
                    .. pod.Items("status", "conditions").Where(c => c.Text("type") != "PodScheduled").Select(c => c.DeepClone()),
                    new JsonObject
                    {
                        ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = Timestamps.Text(time.GetUtcNow()),
                    },
                ]);
                return pod;
            },
            WriteOptions.Read(http.Request));
        await SendAsync(http, 201, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201,
        });
    }

    private async Task<StoredObject> PatchAsync(HttpContext http, ApiTarget target)
    {
        var options = WriteOptions.Read(http.Request);
        var type = (http.Request.ContentType ?? "").Split(';')[0].Trim();
        switch (type)
        {
            case "application/merge-patch+json":
                var merge = await BodyAsync(http);
                return writer.Change(target, document => Merged(document, merge), options);
            case "application/json-patch+json":
                var operations = await NodeAsync(http) as JsonArray ?? throw ApiFaults.BadRequest("a JSON patch is a list of operations");
                return writer.Change(target, document => JsonPatch.Apply(document, operations), options);
            default:
                throw ApiFaults.UnsupportedMediaType("application/json-patch+json", "application/merge-patch+json");
        }
    }

    private static JsonObject Merged(JsonObject document, JsonObject patch)
    {
        JsonMergePatch.Apply(document, patch);
        return document;
    }

    private async Task DeleteAsync(HttpContext http, ApiTarget target)
    {
        var body = http.Request.ContentLength is null or 0 && http.Request.Headers.TransferEncoding.Count == 0 ? [] : await BodyAsync(http);
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

        var outcome = remover.Delete(target, body, dryRun);

        // A real server shows what is left of pods, services and whatever has yet to end, and else says that it is done.
        if (!outcome.Gone || target.Kind.StoreKey is "pods" or "services" or "namespaces")
        {
            await SendAsync(http, 200, target.Kind, outcome.Object);
            return;
        }

        var details = new JsonObject { ["name"] = target.Name };
        if (target.Kind.Group.Length > 0) details["group"] = target.Kind.Group;
        details["kind"] = target.Kind.Plural;
        details["uid"] = outcome.Object.Uid;
        var status = new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details,
        };
        await SendAsync(http, 200, status);
    }

    private async Task DeleteCollectionAsync(HttpContext http, ApiTarget target, JsonObject body, bool dryRun)
    {
        var page = _lists.Pick(target, ListOptions.Read(http.Request.Query, target.Kind, ""));
        foreach (var stored in page.Objects)
        {
            try
            {
                remover.Delete(target with { Namespace = stored.Namespace, Name = stored.Name }, (JsonObject)body.DeepClone(), dryRun);
            }
            catch (ApiStatusException gone) when (gone.Code == 404)
            {
                // Someone else was faster, which is what was wanted.
            }
        }

        http.Response.ContentType = "application/json";
        ListWriter.Write(http.Response.BodyWriter, target.Kind, page);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static void CheckSubresource(ApiTarget target)
    {
        var known = target.Subresource switch
        {
            "" => true,
            "status" => target.Kind.HasStatus,
            "finalize" => target.Kind.StoreKey == "namespaces",
            "binding" => target.Kind.StoreKey == "pods",
            _ => false,
        };
        if (!known) throw ApiFaults.NoSuchPath();
    }

    private static async Task<JsonObject> BodyAsync(HttpContext http) => await NodeAsync(http) as JsonObject
        ?? throw ApiFaults.BadRequest("the object provided is unrecognized: expected a JSON object");

    private static async Task<JsonNode?> NodeAsync(HttpContext http)
    {
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        try
        {
            return JsonNode.Parse(
                bytes.GetBuffer().AsSpan(0, (int)bytes.Length),
                documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 128 });
        }
        catch (JsonException fault)
        {
            throw ApiFaults.BadRequest($"the object provided is unrecognized (must be JSON): {fault.Message}");
        }
    }

    private static async Task SendAsync(HttpContext http, int code, ResourceKind kind, StoredObject stored)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        var bytes = ListWriter.BytesFor(kind, stored).ToArray();
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private static Task SendAsync(HttpContext http, int code, JsonObject document)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(document.ToJsonString(ApiJson.Options), Encoding.UTF8, http.RequestAborted);
    }

    private static Task FailAsync(HttpContext http, ApiStatusException fault) =>
        http.Response.HasStarted ? Task.CompletedTask : SendAsync(http, fault.Code, fault.ToStatus());
}
