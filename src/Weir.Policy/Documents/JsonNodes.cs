using System.Text.Json;

namespace Weir.Policy.Documents;

/// <summary>Turns JSON values into document nodes.</summary>
public static class JsonNodes
{
    /// <summary>Copies a JSON value; line and column are 0, since a parsed value knows no place.</summary>
    /// <remarks>Depth is bounded by what the JSON reader accepted (64 by default).</remarks>
    public static DocumentNode From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => DocumentNode.Object(
            [.. element.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, From(field.Value)))]),
        JsonValueKind.Array => DocumentNode.List([.. element.EnumerateArray().Select(From)]),
        JsonValueKind.String => DocumentNode.Scalar(NodeKind.Text, element.GetString() ?? ""),
        JsonValueKind.Number => DocumentNode.Scalar(NodeKind.Number, element.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => DocumentNode.Scalar(NodeKind.Boolean, element.GetRawText()),
        _ => DocumentNode.Scalar(NodeKind.Null, ""),
    };
}
