using System.Globalization;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weir.Hub.Server;

namespace Weir.Hub.Kusto;

/// <summary>A request of Kusto's REST API, from a body or from the query string.</summary>
/// <remarks>Source: Microsoft Learn, "Kusto REST API: Query/management HTTP request". Keys are matched without regard to case: clients differ.</remarks>
/// <param name="Database">The database; empty where none is named.</param>
/// <param name="Text">The query or the command.</param>
/// <param name="Parameters">Values of declared parameters.</param>
/// <param name="Options">What the client asks of the run.</param>
internal sealed record KustoRequest(string Database, string Text, ImmutableDictionary<string, string> Parameters, JsonElement Options)
{
    /// <summary>Reads a request.</summary>
    /// <exception cref="BadRequestException">It has no query, or its properties cannot be read.</exception>
    public static async Task<KustoRequest> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (HttpMethods.IsGet(request.Method)) return Of(request.Query["db"].ToString(), request.Query["csl"].ToString(), Parse(request.Query["properties"].ToString()));
        using var body = await BodyReader.ReadAsync(request, cancellation);
        var properties = BodyReader.Member(body.RootElement, "properties");
        var read = properties.ValueKind == JsonValueKind.String ? Parse(properties.GetString()!) : properties.ValueKind == JsonValueKind.Object ? properties.Clone() : default;
        return Of(BodyReader.Text(body.RootElement, "db") ?? "", BodyReader.Text(body.RootElement, "csl") ?? "", read);
    }

    /// <summary>The question that it is.</summary>
    public QueryRequest Query => new(Text, Parameters, Time: Span("servertimeout"), Rows: IsSet("notruncation") ? null : Whole("truncationmaxrecords"));

    private static KustoRequest Of(string database, string text, JsonElement properties)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new BadRequestException("The request has no query: 'csl' is missing or empty.");
        var parameters = ImmutableDictionary.CreateBuilder<string, string>();
        var given = BodyReader.Member(properties, "Parameters");
        if (given.ValueKind == JsonValueKind.Object)
            foreach (var parameter in given.EnumerateObject())
                parameters[parameter.Name] = parameter.Value.ValueKind == JsonValueKind.String ? parameter.Value.GetString()! : parameter.Value.GetRawText();
        return new KustoRequest(database, text, parameters.ToImmutable(), BodyReader.Member(properties, "Options"));
    }

    private static JsonElement Parse(string text)
    {
        if (text.Length == 0) return default;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new BadRequestException($"'properties' is no JSON: {e.Message}", e);
        }
    }

    private bool IsSet(string name) => BodyReader.Member(Options, name).ValueKind == JsonValueKind.True;

    private TimeSpan? Span(string name) => TimeSpan.TryParse(BodyReader.Text(Options, name), CultureInfo.InvariantCulture, out var span) ? span : null;

    private int? Whole(string name) =>
        BodyReader.Member(Options, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? (int)Math.Clamp(value, 1, int.MaxValue) : null;
}
