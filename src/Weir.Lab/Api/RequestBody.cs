using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Lab.Manifests;

namespace Weir.Lab.Api;

/// <summary>Reads what a client sends: JSON, YAML, or the protobuf messages that command lines use for some kinds.</summary>
internal static class RequestBody
{
    /// <summary>The largest body that is read, in bytes.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <summary>The largest body that is read only to refuse it in words, in bytes; of a larger one the connection is closed.</summary>
    public const int MaxRefusedBytes = 16 * 1024 * 1024;

    /// <summary>Reads an object.</summary>
    /// <exception cref="ApiStatusException">The body is no object (400), or of a form that is not understood (415).</exception>
    public static async Task<JsonObject> ObjectAsync(HttpContext http) => await NodeAsync(http) as JsonObject
        ?? throw ApiFaults.BadRequest("the object provided is unrecognized (must be of type Object): expected a JSON object");

    /// <summary>Reads any value.</summary>
    /// <exception cref="ApiStatusException">The body is no JSON (400), or of a form that is not understood (415).</exception>
    public static async Task<JsonNode?> NodeAsync(HttpContext http)
    {
        using var bytes = new MemoryStream();
        await CopyAsync(http, bytes);
        var content = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        switch (Type(http))
        {
            case ProtobufBody.ContentType:
                return ProtobufBody.Read(content.Span);
            case "application/yaml" or "application/apply-patch+yaml":
                return Yaml(Encoding.UTF8.GetString(content.Span));
            case "" or "application/json" or "application/merge-patch+json" or "application/json-patch+json"
                or "application/strategic-merge-patch+json" or "text/plain":
                return Json(content.Span);
            default:
                throw ApiFaults.UnsupportedMediaType("application/json", "application/yaml", ProtobufBody.ContentType);
        }
    }

    // A client that is still sending does not hear an answer: what is too long is read, and forgotten, before it is refused.
    private static async Task CopyAsync(HttpContext http, MemoryStream bytes)
    {
        var buffer = new byte[16384];
        var tooLong = false;
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var count)
        {
            tooLong |= bytes.Length + count > MaxBytes;
            if (!tooLong) bytes.Write(buffer, 0, count);
        }

        if (tooLong) throw ApiFaults.TooLarge(MaxBytes);
    }

    /// <summary>The content type without its parameters, lower case; empty when the client named none.</summary>
    public static string Type(HttpContext http) => (http.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    private static JsonNode? Json(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonNode.Parse(content, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 128 });
        }
        catch (JsonException fault)
        {
            throw ApiFaults.BadRequest($"the object provided is unrecognized (must be JSON): {fault.Message}");
        }
    }

    private static JsonObject Yaml(string text)
    {
        try
        {
            var documents = ManifestReader.Read(text, "body");
            return documents.Count == 1
                ? documents[0]
                : throw ApiFaults.BadRequest($"expected one YAML document in the body, found {documents.Count}");
        }
        catch (ManifestException fault)
        {
            throw ApiFaults.BadRequest($"error decoding YAML: {fault.Message}");
        }
    }
}
