using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>parse and parse-kv: an array with a text for each capture, or null. How to read comes as JSON, the same for all rows.</summary>
internal static class ParseFunctions
{
    private const int MostKept = 64;
    private static readonly ConcurrentDictionary<string, ParsePattern> _patterns = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, KeyValueReader> _readers = new(StringComparer.Ordinal);

    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_parse", r => Kept(_patterns, r.Text(1), ParsePattern.Of).Read(r.Text(0))),
        Text("k_parse_kv", r => Kept(_readers, r.Text(1), KeyValueReader.Of).Read(r.Text(0))),
    ];

    /// <summary>A text as the text that a capture of a type has: digits, ticks, true; null when it does not convert.</summary>
    public static string? Converted(string text, string type) => type switch
    {
        "string" => text,
        "long" => ConversionFunctions.ToLong(text) is { } v ? Digits(v) : null,
        "int" => ConversionFunctions.ToLong(text) is { } v and >= int.MinValue and <= int.MaxValue ? Digits(v) : null,
        "real" => ConversionFunctions.ToReal(text) is { } v ? v.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : null,
        "bool" => ConversionFunctions.ToBool(text) is { } v ? v ? "true" : "false" : null,
        "datetime" => Kql.Syntax.DateTimeReader.Read(text) is { } v ? Digits(v) : null,
        "timespan" => ConversionFunctions.ToSpan(text) is { } v ? Digits(v) : null,
        "guid" => ConversionFunctions.ToGuid(text),
        "decimal" => ConversionFunctions.ToDecimal(text)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => ConversionFunctions.ParseJson(text),
    };

    /// <summary>Captures as JSON.</summary>
    public static string Write(IEnumerable<string?> captures) => JsonValues.Write(new JsonArray([.. captures.Select(c => (JsonNode?)c)]))!;

    private static string Digits(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static T Kept<T>(ConcurrentDictionary<string, T> kept, string spec, Func<JsonElement, T> make)
    {
        if (kept.TryGetValue(spec, out var known)) return known;
        using var document = JsonDocument.Parse(spec);
        var made = make(document.RootElement);
        if (kept.Count < MostKept) kept.TryAdd(spec, made);
        return made;
    }
}
