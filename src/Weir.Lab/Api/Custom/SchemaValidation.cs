using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>Holds a custom object against its definition's schema; each fault is worded as a real server words it.</summary>
internal sealed class SchemaValidation
{
    private static readonly string[] _frame = ["apiVersion", "kind", "metadata"];

    private readonly List<FieldFault> _faults = [];

    private SchemaValidation()
    {
    }

    /// <summary>What is wrong with a document; empty when nothing is.</summary>
    public static List<FieldFault> Check(JsonObject document, JsonObject schema)
    {
        var validation = new SchemaValidation();
        validation.Visit(document, schema, "", isResource: true);
        return validation._faults;
    }

    private void Visit(JsonNode? value, JsonObject schema, string path, bool isResource)
    {
        if (value is null && (schema.Flag("nullable") ?? false)) return;
        if (!HasType(value, schema, path)) return;
        if (schema["enum"] is JsonArray allowed && !allowed.Any(a => JsonTree.Same(a, value)))
            _faults.Add(FieldFault.NotSupported(path, value, allowed.Select(a => a is JsonValue v && v.TryGetValue<string>(out var text) ? text : a?.ToJsonString() ?? "null")));
        switch (value)
        {
            case JsonObject map:
                VisitMap(map, schema, path, isResource || (schema.Flag("x-kubernetes-embedded-resource") ?? false));
                break;
            case JsonArray list:
                VisitList(list, schema, path);
                break;
            case JsonValue scalar:
                _faults.AddRange(SchemaLimits.Check(scalar, schema, path));
                break;
        }

        VisitChoices(value, schema, path);
    }

    private bool HasType(JsonNode? value, JsonObject schema, string path)
    {
        var found = SchemaLimits.TypeOf(value);
        if (schema.Flag("x-kubernetes-int-or-string") ?? false)
        {
            if (found is "integer" or "string") return true;
            _faults.Add(FieldFault.Invalid(path, found, $"{path} in body must be of type integer,string: \"{found}\""));
            return false;
        }

        if (schema.Text("type") is not { } wanted || wanted == found || (wanted == "number" && found == "integer")) return true;
        _faults.Add(FieldFault.Invalid(path, found, $"{path} in body must be of type {wanted}: \"{found}\""));
        return false;
    }

    private void VisitMap(JsonObject map, JsonObject schema, string path, bool isResource)
    {
        foreach (var required in schema.Items("required").Select(r => r.Text() ?? ""))
        {
            if (!map.ContainsKey(required)) _faults.Add(FieldFault.Required(At(path, required)));
        }

        if (schema.Number("maxProperties") is { } most && map.Count > most)
            _faults.Add(new FieldFault(path, "FieldValueTooMany", $"Too many: {map.Count}: must have at most {most} items"));
        if (schema.Number("minProperties") is { } least && map.Count < least)
            _faults.Add(FieldFault.Invalid(path, map.Count, $"{path} in body should have at least {least} properties"));
        var properties = schema.Map("properties");
        foreach (var (name, inner) in map)
        {
            if (isResource && Array.IndexOf(_frame, name) >= 0) continue;
            if (properties?[name] is JsonObject property) Visit(inner, property, At(path, name), false);
            else if (schema["additionalProperties"] is JsonObject values) Visit(inner, values, At(path, name), false);
        }
    }

    private void VisitList(JsonArray list, JsonObject schema, string path)
    {
        if (schema.Number("maxItems") is { } most && list.Count > most)
            _faults.Add(new FieldFault(path, "FieldValueTooMany", $"Too many: {list.Count}: must have at most {most} items"));
        if (schema.Number("minItems") is { } least && list.Count < least)
            _faults.Add(FieldFault.Invalid(path, list.Count, $"{path} in body should have at least {least} items"));
        var kind = schema.Text("x-kubernetes-list-type");
        var keys = schema.Items("x-kubernetes-list-map-keys").Select(k => k.Text() ?? "").ToList();
        var seen = new HashSet<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (schema["items"] is JsonObject items) Visit(list[i], items, at, false);
            var sign = kind switch
            {
                "set" => list[i]?.ToJsonString() ?? "null",
                "map" => Keys(list[i], keys, schema.Map("items", "properties")).ToJsonString(ApiJson.Options),
                _ => null,
            };
            if (sign is not null && !seen.Add(sign))
                _faults.Add(new FieldFault(at, "FieldValueDuplicate", $"Duplicate value: {(kind == "map" ? "map[string]interface {}" : "")}{sign}"));
        }
    }

    private static JsonObject Keys(JsonNode? element, List<string> keys, JsonObject? properties)
    {
        var sign = new JsonObject();
        foreach (var key in keys)
        {
            if ((element.At(key) ?? properties?[key].At("default")) is { } value) sign[key] = value.DeepClone();
        }

        return sign;
    }

    private void VisitChoices(JsonNode? value, JsonObject schema, string path)
    {
        foreach (var all in schema.Items("allOf").OfType<JsonObject>()) Visit(value, all, path, false);
        if (schema["anyOf"] is JsonArray any && !any.OfType<JsonObject>().Any(s => Fits(value, s, path)))
            Refuse(path, $"\"{path}\" must validate at least one schema (anyOf)");
        if (schema["oneOf"] is JsonArray one && one.OfType<JsonObject>().Count(s => Fits(value, s, path)) is var fitting and not 1)
        {
            Refuse(path, $"\"{path}\" must validate one and only one schema (oneOf). "
                + (fitting == 0 ? "Found none valid" : $"Found {fitting} valid alternatives"));
        }

        if (schema["not"] is JsonObject not && Fits(value, not, path)) Refuse(path, $"\"{path}\" must not validate the schema (not)");
    }

    private void Refuse(string path, string why) => _faults.Add(new FieldFault(path, "FieldValueInvalid", $"Invalid value: \"\": {why}"));

    private static bool Fits(JsonNode? value, JsonObject schema, string path)
    {
        var validation = new SchemaValidation();
        validation.Visit(value, schema, path, false);
        return validation._faults.Count == 0;
    }

    private static string At(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
