using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Weir.Lab.Manifests;

/// <summary>Reads YAML of many documents into JSON, by the rules of YAML 1.2, with bounds on what aliases may grow to.</summary>
public static class ManifestReader
{
    private const int MostNodes = 200_000;
    private const int Deepest = 64;

    /// <summary>Reads the documents; empty ones are left out, and a <c>List</c> gives its items.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="ManifestException">The text is no YAML, no objects, or grows beyond all bounds.</exception>
    public static IReadOnlyList<JsonObject> Read(string yaml, string source = "manifest")
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException fault)
        {
            throw new ManifestException($"{source}:{fault.Start.Line}:{fault.Start.Column}: {fault.Message}", fault);
        }

        var objects = new List<JsonObject>();
        var budget = MostNodes;
        foreach (var document in stream.Documents)
        {
            switch (Convert(document.RootNode, source, 0, ref budget))
            {
                case null:
                    break;
                case JsonObject list when list["items"] is JsonArray items && list["kind"]?.GetValue<string>().EndsWith("List", StringComparison.Ordinal) == true:
                    objects.AddRange(items.OfType<JsonObject>().Select(i => (JsonObject)i.DeepClone()));
                    break;
                case JsonObject one:
                    objects.Add(one);
                    break;
                default:
                    throw Fault(document.RootNode, source, "expected an object with apiVersion, kind and metadata");
            }
        }

        return objects;
    }

    private static JsonNode? Convert(YamlNode node, string source, int depth, ref int budget)
    {
        // An alias shares its node; each use is counted, so that a few lines cannot become millions.
        if (--budget < 0) throw Fault(node, source, $"the document grows beyond {MostNodes} values: use fewer aliases");
        if (depth > Deepest) throw Fault(node, source, $"the document is nested more than {Deepest} deep");
        switch (node)
        {
            case YamlMappingNode map:
                return Map(map, source, depth, ref budget);
            case YamlSequenceNode sequence:
                var array = new JsonArray();
                foreach (var item in sequence) array.Add(Convert(item, source, depth + 1, ref budget));
                return array;
            case YamlScalarNode scalar:
                return Scalar(scalar);
            default:
                throw Fault(node, source, "this kind of YAML node is not supported");
        }
    }

    private static JsonObject Map(YamlMappingNode map, string source, int depth, ref int budget)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map)
        {
            if (key is not YamlScalarNode { Value: { } name }) throw Fault(key, source, "a key must be a text");
            if (name == "<<" && Convert(value, source, depth + 1, ref budget) is JsonObject merged)
            {
                foreach (var (inherited, content) in merged)
                {
                    if (!result.ContainsKey(inherited)) result[inherited] = content?.DeepClone();
                }

                continue;
            }

            result[name] = Convert(value, source, depth + 1, ref budget);
        }

        return result;
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal)))
            return JsonValue.Create(text);
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ => Number(text) ?? JsonValue.Create(text),
        };
    }

    private static JsonValue? Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        if (text.StartsWith("0x", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out whole))
            return JsonValue.Create(whole);
        const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
            && double.TryParse(text, Real, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? JsonValue.Create(real) : null;
    }

    private static ManifestException Fault(YamlNode node, string source, string what) =>
        new($"{source}:{node.Start.Line}:{node.Start.Column}: {what}");
}
