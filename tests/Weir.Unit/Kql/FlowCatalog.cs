using System.Text.Json;
using Weir.Kql.Catalog;
using Weir.Kql.Types;
using Weir.Unit.Policy;

namespace Weir.Unit.Kql;

/// <summary>The tables that the corpora's queries name.</summary>
internal static class FlowCatalog
{
    public static KqlCatalog Instance { get; } = Read();

    private static KqlCatalog Read()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Corpus.Root, "tests", "corpora", "flows-schema.json")));
        return new("weir", [.. schema.RootElement.EnumerateObject().Select(t => new TableSymbol(t.Name, [.. t.Value.EnumerateArray().Select(Column)]))]);
    }

    private static (string Name, KqlType Type) Column(JsonElement column) =>
        (column.GetProperty("name").GetString()!, KqlTypes.Named(column.GetProperty("type").GetString()!));
}
