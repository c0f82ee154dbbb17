using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Tables;

namespace Weir.Lab.Api.Custom;

/// <summary>The columns that a definition gives its tables; the name comes first, and the age last where it gives none.</summary>
internal static class PrinterColumns
{
    private static readonly TableColumn _name = new("Name", (o, _) => o.Text("metadata", "name"));

    /// <summary>The columns of one version.</summary>
    public static IReadOnlyList<TableColumn> Read(JsonObject version)
    {
        var columns = new List<TableColumn> { _name };
        if (!version.Items("additionalPrinterColumns").Any())
        {
            columns.Add(new TableColumn("Age", (o, now) => Cells.Age(o.Text("metadata", "creationTimestamp"), now), 0, "date"));
            return columns;
        }

        foreach (var column in version.Items("additionalPrinterColumns"))
        {
            var type = column.Text("type") ?? "string";
            if (JsonPath.Parse(column.Text("jsonPath") ?? "") is not { } path) continue;
            columns.Add(new TableColumn(
                column.Text("name") ?? "", (o, now) => Cell(path.First(o), type, now), (int)(column.Number("priority") ?? 0), type));
        }

        return columns;
    }

    private static JsonNode? Cell(JsonNode? value, string type, DateTimeOffset now) => (type, value) switch
    {
        (_, null) => null,
        ("date", _) => value.Text() is { } text ? Cells.Age(text, now) : "<invalid>",
        ("integer" or "number" or "boolean", JsonValue plain) => plain.DeepClone(),
        (_, JsonValue plain) when plain.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(ApiJson.Options),
    };
}
