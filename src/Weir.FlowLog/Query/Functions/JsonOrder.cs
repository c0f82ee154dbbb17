using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Numbers by value, texts by code unit, and kinds apart.</summary>
internal sealed class JsonOrder : IComparer<JsonNode?>
{
    public static readonly JsonOrder Instance = new();

    /// <inheritdoc/>
    public int Compare(JsonNode? x, JsonNode? y)
    {
        if (JsonValues.Number(x) is { } a && JsonValues.Number(y) is { } b) return a.CompareTo(b);
        var (left, right) = (x?.GetValueKind() ?? JsonValueKind.Null, y?.GetValueKind() ?? JsonValueKind.Null);
        return left != right ? left.CompareTo(right) : string.CompareOrdinal(JsonValues.TextOf(x), JsonValues.TextOf(y));
    }
}
