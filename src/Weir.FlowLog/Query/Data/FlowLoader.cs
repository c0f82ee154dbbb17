using System.Text.Json;
using DuckDB.NET.Data;
using Weir.FlowLog.Query.Functions;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query.Data;

/// <summary>Reads saved flows into the table: rows of the table as they are, Hubble export lines as the log agent would have written them.</summary>
internal static class FlowLoader
{
    public static long Load(DuckDBConnection connection, IEnumerable<string> lines, string source)
    {
        using var appender = connection.CreateAppender(FlowTable.Source);
        long rows = 0, number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (Append(appender, document.RootElement)) rows++;
            }
            catch (JsonException e)
            {
                throw new QueryFailedException($"{source}, line {number} is no JSON object: {e.Message} Expected are Hubble export lines, or rows of {FlowTable.Names[0]}.", e);
            }
            catch (InvalidDataException e)
            {
                throw new QueryFailedException($"{source}, line {number}: {e.Message}", e);
            }
        }

        return rows;
    }

    private static bool Append(DuckDBAppender appender, JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object) throw new InvalidDataException("expected an object in braces.");
        if (line.TryGetProperty("TimeGenerated", out _)) AppendRow(appender, line);
        else if (line.TryGetProperty("flow", out var flow) && flow.ValueKind == JsonValueKind.Object)
        {
            using var row = JsonDocument.Parse(HubbleExport.ToRow(line, flow));
            AppendRow(appender, row.RootElement);
        }
        else if (line.TryGetProperty("node_status", out _) || line.TryGetProperty("lost_events", out _)) return false;
        else throw new InvalidDataException("neither a Hubble export line (with \"flow\") nor a row of the table (with \"TimeGenerated\").");
        return true;
    }

    private static void AppendRow(DuckDBAppender appender, JsonElement line)
    {
        var row = appender.CreateRow();
        foreach (var (name, type) in FlowTable.Columns)
        {
            var given = line.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null and not JsonValueKind.Undefined;
            switch (type)
            {
                case KqlType.String: row.AppendValue(given ? Text(value) : ""); break;
                case KqlType.Dynamic: row.AppendValue(given ? ConversionFunctions.ParseJson(value.GetRawText()) : null); break;
                case KqlType.Int: row.AppendValue(given && value.TryGetInt32(out var whole) ? whole : null); break;
                case KqlType.Real: row.AppendValue(given && value.TryGetDouble(out var real) ? real : null); break;
                case KqlType.Bool: row.AppendValue(given ? value.GetBoolean() : null); break;
                default: row.AppendValue(given ? Instant(value) : null); break;
            }
        }

        row.EndRow();
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static long? Instant(JsonElement value) =>
        DateTimeReader.Read(Text(value)) ?? throw new InvalidDataException($"'{Text(value)}' is no time; expected is 2026-03-01T10:00:00.1234567Z.");
}
