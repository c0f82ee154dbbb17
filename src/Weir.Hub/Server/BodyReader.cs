using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Weir.Hub.Server;

/// <summary>Request bodies as JSON objects, with a bound, and members found without regard to case.</summary>
internal static class BodyReader
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="BadRequestException">It is no JSON object.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellation);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw new BadRequestException("The body is no JSON object.");
        }
        catch (JsonException e)
        {
            throw new BadRequestException($"The body is no JSON: {e.Message}", e);
        }
    }

    /// <summary>A member by name, whatever its case; undefined where there is none.</summary>
    public static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object ? default : element.EnumerateObject().FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>A text; null where there is none.</summary>
    public static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
