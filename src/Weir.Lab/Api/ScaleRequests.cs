using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>The subresource <c>scale</c>: the number of replicas alone.</summary>
internal sealed class ScaleRequests(ObjectStore store, ObjectWriter writer)
{
    private static readonly string[] _wanted = ["spec", "replicas"];
    private static readonly string[] _present = ["status", "replicas"];

    /// <summary>Answers a GET, PUT or PATCH.</summary>
    public async Task HandleAsync(HttpContext http, ApiTarget target)
    {
        if (http.Request.Method == "GET")
        {
            var stored = store.Find(target.Kind, target.Namespace, target.Name) ?? throw ApiFaults.NotFound(target.Kind, target.Name);
            await Answer.DocumentAsync(http, 200, Scale(target.Kind, stored.Document()));
            return;
        }

        var body = await RequestBody.NodeAsync(http);
        var whole = target with { Subresource = "" };
        var written = writer.Change(whole, document => Scaled(target, document, body), WriteOptions.Read(http.Request));
        await Answer.DocumentAsync(http, 200, Scale(target.Kind, written.Document()));
    }

    private static JsonObject Scaled(ApiTarget target, JsonObject document, JsonNode? body)
    {
        var scale = Scale(target.Kind, document);
        if (body is JsonArray operations) scale = JsonPatch.Apply(scale, operations);
        else if (body is JsonObject map) JsonMergePatch.Apply(scale, map);
        if (scale.Number("spec", "replicas") is not { } replicas)
            throw ApiFaults.Invalid(target.Kind, target.Name, [FieldFault.Required("spec.replicas", "a whole number")]);
        if (replicas < 0)
            throw ApiFaults.Invalid(
                target.Kind, target.Name, [FieldFault.Invalid("spec.replicas", replicas, "must be greater than or equal to 0")]);
        var path = target.Kind.Scale?.Wanted ?? _wanted;
        document.Ensure(path.AsSpan(..^1))[path[^1]] = replicas;

        // The revision that the client read; a writer in between is a conflict.
        document.Ensure("metadata")["resourceVersion"] = scale.Text("metadata", "resourceVersion");
        return document;
    }

    private static JsonObject Scale(ResourceKind kind, JsonObject document)
    {
        var meta = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
            meta[name] = document.At("metadata", name)?.DeepClone();
        var text = kind.Scale is { } paths ? document.Text(paths.Selector) ?? "" : Selector(document);
        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = meta,
            ["spec"] = new JsonObject { ["replicas"] = document.Number(kind.Scale?.Wanted ?? _wanted) ?? 0 },
            ["status"] = new JsonObject
            {
                ["replicas"] = document.Number(kind.Scale?.Present ?? _present) ?? 0,
                ["selector"] = text,
            },
        };
    }

    private static string Selector(JsonObject document)
    {
        var selector = document.Map("spec", "selector");
        var labels = selector?.Map("matchLabels") ?? selector ?? [];
        return string.Join(",", labels.Where(l => l.Value is JsonValue).Select(l => $"{l.Key}={l.Value}"));
    }
}
