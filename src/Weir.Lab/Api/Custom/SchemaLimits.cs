using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>The limits that a schema sets to single values: numbers, lengths, patterns, formats.</summary>
internal static class SchemaLimits
{
    private static readonly ConcurrentDictionary<string, Regex?> _patterns = new();

    /// <summary>JSON's name for the type of a value; whole numbers are <c>integer</c>.</summary>
    public static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) ? "integer" : "number",
    };

    /// <summary>The regular expression, in time that grows with the text only; null when the pattern is none.</summary>
    public static Regex? Pattern(string pattern) => _patterns.GetOrAdd(pattern, static text =>
    {
        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    });

    /// <summary>What is wrong with a value.</summary>
    public static IEnumerable<FieldFault> Check(JsonValue value, JsonObject schema, string path)
    {
        if (value.TryGetValue<string>(out var text)) return Text(text, schema, path);
        return decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Number(number, value, schema, path)
            : [];
    }

    private static IEnumerable<FieldFault> Number(decimal number, JsonValue value, JsonObject schema, string path)
    {
        if (Limit(schema, "minimum") is { } least)
        {
            var excluded = schema.Flag("exclusiveMinimum") ?? false;
            if (number < least || (excluded && number == least))
                yield return FieldFault.Invalid(path, value, $"{path} in body should be greater than {(excluded ? "" : "or equal to ")}{least}");
        }

        if (Limit(schema, "maximum") is { } most)
        {
            var excluded = schema.Flag("exclusiveMaximum") ?? false;
            if (number > most || (excluded && number == most))
                yield return FieldFault.Invalid(path, value, $"{path} in body should be less than {(excluded ? "" : "or equal to ")}{most}");
        }

        if (Limit(schema, "multipleOf") is { } step && step > 0 && number % step != 0)
            yield return FieldFault.Invalid(path, value, $"{path} in body should be a multiple of {step}");
    }

    private static IEnumerable<FieldFault> Text(string text, JsonObject schema, string path)
    {
        var length = text.EnumerateRunes().Count();
        if (schema.Number("maxLength") is { } most && length > most)
            yield return new FieldFault(path, "FieldValueTooLong", $"Too long: may not be more than {most} bytes");
        if (schema.Number("minLength") is { } least && length < least)
            yield return FieldFault.Invalid(path, text, $"{path} in body should be at least {least} chars long");
        if (schema.Text("pattern") is { } pattern && Pattern(pattern) is { } regex && !regex.IsMatch(text))
            yield return FieldFault.Invalid(path, text, $"{path} in body should match '{pattern}'");
        if (schema.Text("format") is { } format && !HasFormat(text, format))
            yield return FieldFault.Invalid(path, text, $"{path} in body must be of type {format}: {JsonValue.Create(text).ToJsonString(ApiJson.Options)}");
    }

    // A format that is not here is not checked, as on a real server.
    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && text.Contains('T', StringComparison.Ordinal),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "ipv4" => IPAddress.TryParse(text, out var four) && four.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && text.Split('.').Length == 4,
        "ipv6" => IPAddress.TryParse(text, out var six) && six.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "cidr" => text.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(text.Split('/')[0], out _)
            && int.TryParse(text.Split('/')[1], NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "duration" => Pattern("^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h|d|w))+$")!.IsMatch(text),
        "email" => Pattern("^[^@ ]+@[^@ ]+$")!.IsMatch(text),
        "hostname" => Pattern("^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$")!.IsMatch(text),
        _ => true,
    };

    private static decimal? Limit(JsonObject schema, string name) => schema[name] is JsonValue value
        && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
