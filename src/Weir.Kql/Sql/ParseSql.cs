using System.Globalization;
using System.Text;
using System.Text.Json;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>parse, parse-where, parse-kv: one native function reads the text and gives what it found as an array of texts.</summary>
internal static class ParseSql
{
    public static string Write(QuerySql query, Parse parse)
    {
        var spec = new StringBuilder("{\"kind\":\"").Append(parse.Kind.ToString().ToLowerInvariant()).Append("\",\"flags\":").Append(Json(parse.Flags)).Append(",\"parts\":[");
        for (var i = 0; i < parse.Parts.Length; i++)
        {
            var part = parse.Parts[i];
            spec.Append(i == 0 ? "" : ",").Append(part.Star ? "{\"star\":true}" : part.Column is { } column ? $"{{\"type\":\"{column.Type.Name()}\"}}" : $"{{\"text\":{Json(part.Text ?? "")}}}");
        }

        spec.Append("]}");
        var found = query.NewName("f");
        var captured = parse.Parts.Where(p => p.Column is not null).Select(p => p.Column!).ToList();
        var input = $"SELECT *, k_parse({query.Over().As(parse.Source, KqlType.String)}, {SqlLiteral.Text(spec.ToString())}) AS {found} FROM ({query.Relation(parse.Input)})";
        return $"SELECT {List(parse.Columns, captured, found)} FROM ({input}){(parse.DropUnmatched ? $" WHERE {found} IS NOT NULL" : "")}";
    }

    public static string Write(QuerySql query, ParseKv parse)
    {
        var spec = new StringBuilder("{\"pair\":").Append(Json(parse.PairDelimiter)).Append(",\"kv\":").Append(Json(parse.KeyValueDelimiter))
            .Append(",\"escape\":").Append(Json(parse.Escape)).Append(",\"greedy\":").Append(parse.Greedy ? "true" : "false").Append(",\"regex\":").Append(Json(parse.Regex))
            .Append(",\"quotes\":[").AppendJoin(',', parse.Quotes.SelectMany(q => new[] { Json(q.Open), Json(q.Close) }))
            .Append("],\"keys\":[").AppendJoin(',', parse.Keys.Select(k => $"[{Json(k.Name)},\"{k.Type.Name()}\"]")).Append("]}");
        var found = query.NewName("f");
        var input = $"SELECT *, k_parse_kv({query.Over().As(parse.Source, KqlType.String)}, {SqlLiteral.Text(spec.ToString())}) AS {found} FROM ({query.Relation(parse.Input)})";
        return $"SELECT {List(parse.Columns, [.. parse.Keys], found)} FROM ({input})";
    }

    private static string List(IEnumerable<Column> columns, List<Column> captured, string found) => string.Join(", ", columns.Select(c =>
    {
        var at = captured.FindLastIndex(p => p.Id == c.Id);
        return at < 0 ? QuerySql.Name(c) : $"{Extract(found, at, c.Type)} AS {QuerySql.Name(c)}";
    }));

    private static string Extract(string found, int index, KqlType type)
    {
        var text = $"json_extract_string({found}, '$[{index.ToString(CultureInfo.InvariantCulture)}]')";
        return type switch
        {
            KqlType.String => $"coalesce({text}, '')",
            KqlType.Dynamic or KqlType.Guid or KqlType.Decimal => text,
            _ => $"try_cast({text} AS {TypeSql.Of(type)})",
        };
    }

    private static string Json(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text)}\"";
}
