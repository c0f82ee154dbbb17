using System.Globalization;
using System.Text.Json;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query;

/// <summary>Cells from JSON in Kusto's forms: the way back from <see cref="CellJson"/>.</summary>
public static class CellReader
{
    /// <summary>Reads one cell.</summary>
    public static object? Read(JsonElement cell, KqlType type) => (cell.ValueKind, type) switch
    {
        (JsonValueKind.Null or JsonValueKind.Undefined, KqlType.String) => "",
        (JsonValueKind.Null or JsonValueKind.Undefined, _) => null,
        (_, KqlType.Dynamic) => cell.GetRawText(),
        (JsonValueKind.True or JsonValueKind.False, _) => cell.GetBoolean(),
        (JsonValueKind.Number, KqlType.Int) => cell.GetInt32(),
        (JsonValueKind.Number, KqlType.Long) => cell.GetInt64(),
        (JsonValueKind.Number, _) => cell.GetDouble(),
        (JsonValueKind.String, KqlType.DateTime) => DateTimeReader.Read(cell.GetString()!),
        (JsonValueKind.String, KqlType.TimeSpan) => TimeSpan.TryParse(cell.GetString(), CultureInfo.InvariantCulture, out var span) ? span.Ticks : null,
        (JsonValueKind.String, KqlType.Real) => cell.GetString() switch { "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => double.NaN },
        (JsonValueKind.String, _) => cell.GetString(),
        _ => cell.GetRawText(),
    };
}
