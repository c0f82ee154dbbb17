using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Weir.Lab.ClusterApi;

/// <summary>Reads manifests: YAML documents as the JSON that the API server takes.</summary>
public static class Manifest
{
    /// <summary>Reads all documents of a text; empty ones are left out.</summary>
    /// <exception cref="LabException">It is no YAML, or a document is no mapping.</exception>
    public static IReadOnlyList<JsonObject> Read(string text, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new LabException($"{source}, line {e.Start.Line}: {e.Message}", e);
        }

        return [.. stream.Documents.Select(d => Convert(d.RootNode)).Where(n => n is not null).Select(n => n as JsonObject
            ?? throw new LabException($"{source} holds a document that is no mapping; expected Kubernetes objects."))];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Convert(c.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode scalar => Scalar(scalar),
        _ => null,
    };

    /// <summary>YAML 1.2's core schema, which Kubernetes' manifests keep to: what is quoted is text.</summary>
    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted or ScalarStyle.Literal or ScalarStyle.Folded) return text;
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return null;
            case "true" or "True" or "TRUE": return true;
            case "false" or "False" or "FALSE": return false;
            default:
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
                return double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number) && !char.IsLetter(text[0])
                    ? number
                    : text;
        }
    }
}
