using System.Text.Json;

namespace Weir.FlowLog.Query.Cases;

/// <summary>A query with what it must give: a line of a test file.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Query">The text.</param>
/// <param name="Schema">Names and types of the result; null or empty: not said.</param>
/// <param name="Rows">Cells in JSON; null: only the schema is compared, and the query is not run.</param>
/// <param name="Ordered">Whether the order of rows counts.</param>
/// <param name="Flags">geo/graph: not run.</param>
public sealed record QueryCase(string Id, string Query, IReadOnlyList<(string Name, string Type)>? Schema, IReadOnlyList<JsonElement>? Rows, bool Ordered, IReadOnlyList<string> Flags)
{
    /// <summary>Reads a file of cases, one JSON object a line.</summary>
    /// <exception cref="QueryFailedException">A line has no id or no query.</exception>
    public static IEnumerable<QueryCase> Read(IEnumerable<string> lines, string source)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            yield return Parse(line, $"{source}, line {number}");
        }
    }

    private static QueryCase Parse(string line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement.Clone();
            if (!root.TryGetProperty("id", out var id) || !root.TryGetProperty("query", out var query)) throw new QueryFailedException($"{where}: expected an object with \"id\" and \"query\".");
            var schema = root.TryGetProperty("schema", out var columns) && columns.ValueKind == JsonValueKind.Array
                ? columns.EnumerateArray().Select(c => (c.GetProperty("name").GetString()!, c.GetProperty("type").GetString()!)).ToList() : null;
            var rows = root.TryGetProperty("rows", out var given) && given.ValueKind == JsonValueKind.Array ? given.EnumerateArray().ToList() : null;
            var ordered = root.TryGetProperty("ordered", out var order) && order.ValueKind == JsonValueKind.True;
            var flags = root.TryGetProperty("flags", out var marks) && marks.ValueKind == JsonValueKind.Array ? marks.EnumerateArray().Select(f => f.GetString()!).ToList() : [];
            return new(id.ToString(), query.GetString()!, schema, rows, ordered, flags);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new QueryFailedException($"{where}: {e.Message} Expected is {{\"id\":…,\"query\":…,\"schema\":[{{\"name\",\"type\"}}],\"rows\":[[…]]}}.", e);
        }
    }
}
