using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Lab.Api.Schema;

/// <summary>Compares a document with its schema.</summary>
internal static class SchemaCheck
{
    /// <summary>What a document has that its kind does not.</summary>
    /// <param name="Unknown">The paths of fields that do not exist.</param>
    /// <param name="WrongType">The first value of a wrong type, as a sentence; null when there is none.</param>
    public sealed record Findings(List<string> Unknown, string? WrongType);

    /// <summary>Compares; takes fields that do not exist away, as a server that decodes into types does.</summary>
    public static Findings Prune(JsonObject document, FieldSchema schema)
    {
        var unknown = new List<string>();
        string? wrong = null;
        Visit(document, schema, "", schema, unknown, ref wrong);
        return new Findings(unknown, wrong);
    }

    private static void Visit(JsonNode? value, FieldSchema schema, string path, FieldSchema owner, List<string> unknown, ref string? wrong)
    {
        // Null stands for "not given", whatever the type.
        if (value is null || schema.Type.Length == 0) return;
        if (!Fits(value, schema))
        {
            if (schema.IsCustom) return;
            wrong ??= $"json: cannot unmarshal {Found(value)} into Go struct field {GoField(owner, path)} of type {Expected(schema)}";
            return;
        }

        switch (value)
        {
            case JsonObject map when schema.Fields is { } fields:
                foreach (var (name, inner) in map.ToList())
                {
                    var at = path.Length == 0 ? name : $"{path}.{name}";
                    if (fields.Value.TryGetValue(name, out var field))
                    {
                        Visit(inner, field, at, schema, unknown, ref wrong);
                        continue;
                    }

                    if (schema.KeepsUnknown) continue;
                    unknown.Add(at);
                    map.Remove(name);
                }

                break;
            case JsonObject map when schema.Items is { } values:
                foreach (var (name, inner) in map) Visit(inner, values, $"{path}.{name}", owner, unknown, ref wrong);
                break;
            case JsonArray array when schema.Items is { } items:
                for (var i = 0; i < array.Count; i++)
                    Visit(array[i], items, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), owner, unknown, ref wrong);
                break;
        }
    }

    // Go names the struct that has the field, and the path without the places in lists.
    private static string GoField(FieldSchema owner, string path)
    {
        var plain = new System.Text.StringBuilder();
        var inside = false;
        foreach (var c in path)
        {
            inside |= c == '[';
            if (!inside) plain.Append(c);
            inside &= c != ']';
        }

        return owner.Name.Length > 0 ? $"{owner.Name[(owner.Name.LastIndexOf('.') + 1)..]}.{plain}" : plain.ToString();
    }

    private static bool Fits(JsonNode value, FieldSchema schema) => (schema.Type, value.GetValueKind()) switch
    {
        ("object", JsonValueKind.Object) => true,
        ("array", JsonValueKind.Array) => true,
        ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => IsWhole(value),
        ("number", JsonValueKind.Number) => true,
        ("int-or-string", JsonValueKind.String) => true,
        ("int-or-string", JsonValueKind.Number) => IsWhole(value),
        ("quantity", JsonValueKind.String or JsonValueKind.Number) => true,
        _ => false,
    };

    private static bool IsWhole(JsonNode value) =>
        decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number);

    private static string Found(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "number",
    };

    private static string Expected(FieldSchema schema) => schema.Type switch
    {
        "integer" => schema.Format.Length > 0 ? schema.Format : "int64",
        "boolean" => "bool",
        "number" => "float64",
        "array" => "[]" + (schema.Items is { } items ? Expected(items) : "interface {}"),
        "object" => schema.Items is not null ? "map[string]" + Expected(schema.Items) : schema.Name[(schema.Name.LastIndexOf('.') + 1)..],
        "int-or-string" => "intstr.IntOrString",
        "quantity" => "resource.Quantity",
        _ => schema.Type,
    };
}
