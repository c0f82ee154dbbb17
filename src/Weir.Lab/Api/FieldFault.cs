using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>What is wrong with one field of a document.</summary>
/// <param name="Field">The path, such as <c>spec.ports[0].port</c>.</param>
/// <param name="Reason">Kubernetes' word for it: <c>FieldValueInvalid</c>, <c>FieldValueRequired</c>, <c>FieldValueForbidden</c>, …</param>
/// <param name="Message">The whole sentence after the field's name, as a real server writes it.</param>
public sealed record FieldFault(string Field, string Reason, string Message)
{
    /// <summary>A value that is not allowed there.</summary>
    public static FieldFault Invalid(string field, JsonNode? value, string why) =>
        new(field, "FieldValueInvalid", $"Invalid value: {value?.ToJsonString() ?? "null"}: {why}");

    /// <summary>A value that is missing.</summary>
    public static FieldFault Required(string field, string why = "") =>
        new(field, "FieldValueRequired", why.Length == 0 ? "Required value" : $"Required value: {why}");

    /// <summary>A value that may not be given at all.</summary>
    public static FieldFault Forbidden(string field, string why) => new(field, "FieldValueForbidden", $"Forbidden: {why}");

    /// <summary>A value outside a fixed list.</summary>
    public static FieldFault NotSupported(string field, JsonNode? value, IEnumerable<string> supported) => new(
        field,
        "FieldValueNotSupported",
        $"Unsupported value: {value?.ToJsonString() ?? "null"}: supported values: {string.Join(", ", supported.Select(s => $"\"{s}\""))}");

    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Message}";
}
