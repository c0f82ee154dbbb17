using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>URLs, paths, versions, CSV, XML, JSON paths.</summary>
internal static partial class UrlFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_url_encode", r => Encode(r.Text(0), "-_.!*()", plus: true)),
        Text("k_url_encode_component", r => Encode(r.Text(0), "-_.~", plus: false)),
        Text("k_url_decode", r => Decode(r.Text(0))),
        Text("k_parse_url", r => ParseUrl(r.Text(0))),
        Text("k_parse_urlquery", r => JsonValues.Write(new JsonObject { ["Query Parameters"] = Query(r.Text(0)) })),
        Text("k_parse_path", r => ParsePath(r.Text(0))),
        Text("k_parse_version", r => Version(r.Text(0))),
        Text("k_parse_csv", r => r.Text(0).Length == 0 ? null : JsonValues.Write(new JsonArray([.. Csv(r.Text(0)).Select(c => (JsonNode)c)]))),
        Text("k_parse_xml", r => Xml(r.Text(0))),
        Text("k_extract_json", r => JsonPath(JsonValues.Read(r.Json(1)), r.Text(0)) is { } node ? JsonValues.TextOf(node) : ""),
    ];

    private static string Encode(string text, string kept, bool plus)
    {
        var result = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)one) || kept.Contains((char)one, StringComparison.Ordinal)) result.Append((char)one);
            else if (one == ' ' && plus) result.Append('+');
            else result.Append(plus ? $"%{one:x2}" : $"%{one:X2}");
        }

        return result.ToString();
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static JsonObject Query(string text)
    {
        var bag = new JsonObject();
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            bag[Decode(equals < 0 ? pair : pair[..equals])] = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
        }

        return bag;
    }

    private static string? ParseUrl(string text)
    {
        var m = Url().Match(text);
        if (!m.Success) return null;
        string Part(string name) => m.Groups[name].Value;
        return JsonValues.Write(new JsonObject
        {
            ["Scheme"] = Part("scheme"), ["Host"] = Part("host"), ["Port"] = Part("port"), ["Path"] = Part("path"), ["Username"] = Part("user"), ["Password"] = Part("password"),
            ["Query Parameters"] = Query(Part("query")), ["Fragment"] = Part("fragment"),
        });
    }

    private static string? ParsePath(string text)
    {
        var m = FilePath().Match(text);
        var (scheme, rest) = (m.Groups["scheme"].Value, m.Groups["rest"].Value);
        var stream = rest.LastIndexOf(':') is > 1 and var colon && rest.LastIndexOfAny(['/', '\\']) < colon ? rest[(colon + 1)..] : "";
        if (stream.Length > 0) rest = rest[..^(stream.Length + 1)];
        var slash = rest.LastIndexOfAny(['/', '\\']);
        var (directory, file) = slash < 0 ? ("", rest) : (rest[..slash], rest[(slash + 1)..]);
        var root = directory.Length > 1 && directory[1] == ':' ? rest[..Math.Min(3, rest.Length)] : "";
        var dot = file.LastIndexOf('.');
        return JsonValues.Write(new JsonObject
        {
            ["Scheme"] = scheme, ["RootPath"] = root, ["DirectoryPath"] = directory, ["DirectoryName"] = directory[(directory.LastIndexOfAny(['/', '\\']) + 1)..],
            ["Filename"] = file, ["Extension"] = dot < 0 ? "" : file[(dot + 1)..], ["AlternateDataStreamName"] = stream,
        });
    }

    // Four parts of eight digits each: versions compare as the numbers do.
    private static string? Version(string text)
    {
        var parts = text.Trim().Split('.');
        if (parts.Length is 0 or > 4 || !parts.All(p => p.Length is > 0 and <= 8 && p.All(char.IsAsciiDigit))) return null;
        var digits = string.Concat(parts.Concat(Enumerable.Repeat("0", 4 - parts.Length)).Select(p => p.PadLeft(8, '0'))).TrimStart('0');
        return digits.Length == 0 ? "0" : digits;
    }

    // The first record only.
    private static IEnumerable<string> Csv(string text)
    {
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
            else if (c == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (!quoted && c == ',')
            {
                yield return field.ToString();
                field.Clear();
            }
            else if (!quoted && c is '\n' or '\r' && !quoted) break;
            else field.Append(c);
        }

        yield return field.ToString();
    }

    private static string? Xml(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 1 << 20 });
            var root = XDocument.Load(reader).Root!;
            return JsonValues.Write(new JsonObject { [root.Name.LocalName] = Element(root, 0) });
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static JsonNode? Element(XElement element, int depth)
    {
        if (depth > 64) return null;
        if (!element.HasElements && !element.HasAttributes) return element.Value;
        var bag = new JsonObject();
        foreach (var attribute in element.Attributes()) bag["@" + attribute.Name.LocalName] = attribute.Value;
        foreach (var group in element.Elements().GroupBy(e => e.Name.LocalName))
            bag[group.Key] = group.Count() == 1 ? Element(group.First(), depth + 1) : new JsonArray([.. group.Select(e => Element(e, depth + 1))]);
        if (!element.HasElements) bag["#text"] = element.Value;
        return bag;
    }

    private static JsonNode? JsonPath(JsonNode? node, string path)
    {
        foreach (Match step in PathStep().Matches(path))
        {
            if (step.Groups["name"].Success) node = (node as JsonObject)?[step.Groups["name"].Value];
            else node = node is JsonArray array && int.TryParse(step.Groups["index"].Value, out var i) && i < array.Count ? array[i] : null;
        }

        return node?.GetValueKind() == JsonValueKind.Null ? null : node;
    }

    [GeneratedRegex(@"\.(?<name>[^.\[\]]+)|\['(?<name>[^']*)'\]|\[""(?<name>[^""]*)""\]|\[(?<index>\d+)\]")]
    private static partial Regex PathStep();

    [GeneratedRegex(@"^(?<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\[[^\]]*\]|[^:/?#]*)(?::(?<port>\d+))?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$", RegexOptions.Singleline)]
    private static partial Regex Url();

    [GeneratedRegex(@"^(?:(?<scheme>[a-zA-Z][a-zA-Z0-9+.-]+)://)?(?<rest>.*)$", RegexOptions.Singleline)]
    private static partial Regex FilePath();
}
