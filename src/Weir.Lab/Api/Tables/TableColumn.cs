using System.Text.Json.Nodes;

namespace Weir.Lab.Api.Tables;

/// <summary>One column of a kind's table.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Cell">The value of an object at a moment; null shows as nothing.</param>
/// <param name="Priority">0 always shows, 1 when a wide table is asked for.</param>
/// <param name="Type">string, integer, boolean or date; dates are written as ages.</param>
internal sealed record TableColumn(
    string Name, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, int Priority = 0, string Type = "string")
{
    /// <summary>The column as clients are told of it.</summary>
    public JsonObject Definition() => new()
    {
        ["name"] = Name,
        ["type"] = Type,
        ["format"] = Name == "Name" ? "name" : "",
        ["description"] = "",
        ["priority"] = Priority,
    };
}
