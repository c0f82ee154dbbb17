using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Policy.Documents;

/// <summary>Writes values as YAML that people read.</summary>
public static class YamlText
{
    /// <summary>Writes a value in block style, each line ended.</summary>
    /// <param name="node">The value.</param>
    /// <param name="indent">How many spaces stand in front of each line.</param>
    public static string Write(JsonNode? node, int indent = 0)
    {
        var text = new StringBuilder();
        Write(text, node, indent, atStart: true);
        return text.ToString();
    }

    /// <summary>The same value as JSON: what a document says, without its places.</summary>
    public static JsonNode? ToJson(DocumentNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Kind switch
        {
            NodeKind.Mapping => new JsonObject(node.Fields.Select(f => KeyValuePair.Create(f.Key, ToJson(f.Value)))),
            NodeKind.Sequence => new JsonArray([.. node.Items.Select(ToJson)]),
            NodeKind.Text => JsonValue.Create(node.Text),
            NodeKind.Boolean => JsonValue.Create(node.Text == "true"),
            NodeKind.Number => Number(node.Text),
            _ => null,
        };
    }

    // YAML writes numbers in ways that JSON does not.
    private static JsonNode Number(string text)
    {
        try
        {
            return JsonNode.Parse(text)!;
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent, bool atStart)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                foreach (var (key, value) in map)
                {
                    if (atStart) text.Append(' ', indent);
                    atStart = true;
                    text.Append(CultureInfo.InvariantCulture, $"{Scalar(JsonValue.Create(key))}:");
                    Child(text, value, indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    if (atStart) text.Append(' ', indent);
                    atStart = true;
                    text.Append('-');
                    if (item is JsonObject { Count: > 0 })
                    {
                        text.Append(' ');
                        Write(text, item, indent + 2, atStart: false);
                    }
                    else
                    {
                        Child(text, item, indent + 2);
                    }
                }

                break;
            default:
                text.Append(' ', atStart ? indent : 0).Append(Scalar(node)).Append('\n');
                break;
        }
    }

    private static void Child(StringBuilder text, JsonNode? node, int indent)
    {
        if (node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            Write(text, node, indent, atStart: true);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $" {Scalar(node)}\n");
        }
    }

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue value when value.TryGetValue<string>(out var text) => IsPlain(text) ? text : "\"" + JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"",
        _ => node.ToJsonString(),
    };

    // Plain only where no reader could take it for anything but this text.
    private static bool IsPlain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text[^1] != ':' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':') &&
        !text.Contains(": ", StringComparison.Ordinal) && text.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n");
}
