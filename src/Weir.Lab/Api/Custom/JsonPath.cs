using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Custom;

/// <summary>The JSONPath of printer columns and scale paths: <c>.spec.a</c>, <c>['a']</c>, <c>[0]</c>, <c>[*]</c>, <c>[?(@.type=="Ready")]</c>.</summary>
internal sealed partial class JsonPath
{
    private readonly List<Func<JsonNode?, IEnumerable<JsonNode?>>> _steps = [];

    private JsonPath()
    {
    }

    /// <summary>Reads a path; null when it is of no form that is understood.</summary>
    public static JsonPath? Parse(string text)
    {
        var path = new JsonPath();
        var rest = text.Trim().TrimStart('$').TrimStart('{').TrimEnd('}');
        while (rest.Length > 0)
        {
            var match = Step().Match(rest);
            if (!match.Success) return null;
            path._steps.Add(Read(match));
            rest = rest[match.Length..];
        }

        return path;
    }

    /// <summary>The first value at the path; null when there is none.</summary>
    public JsonNode? First(JsonNode document)
    {
        IEnumerable<JsonNode?> found = [document];
        foreach (var step in _steps) found = found.SelectMany(step);
        return found.FirstOrDefault(f => f is not null);
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Read(Match match)
    {
        if (match.Groups["name"] is { Success: true } name)
        {
            var plain = name.Value.Replace("\\.", ".", StringComparison.Ordinal);
            return plain == "*" ? All : node => [node.At(plain)];
        }

        if (match.Groups["all"].Success) return All;
        if (match.Groups["index"] is { Success: true } index)
        {
            var at = int.Parse(index.Value, CultureInfo.InvariantCulture);
            return node => node is JsonArray list && (at < 0 ? at + list.Count : at) is var i && i >= 0 && i < list.Count ? [list[i]] : [];
        }

        var (field, wanted, equal) = (match.Groups["field"].Value.Split('.'), match.Groups["value"].Value, match.Groups["op"].Value == "==");
        return node => node.Items().Where(e => (Plain(e.At(field)) == wanted) == equal);
    }

    private static IEnumerable<JsonNode?> All(JsonNode? node) => node switch
    {
        JsonArray list => list,
        JsonObject map => map.Select(p => p.Value),
        _ => [],
    };

    private static string Plain(JsonNode? value) => value.Text() ?? value?.ToJsonString() ?? "";

    [GeneratedRegex(
        """
        ^(?:\.(?<name>(?:\\\.|[^.\[\]'"])+)|\[\s*['"](?<name>[^'"]+)['"]\s*\]|\[(?<all>\*)\]|\[(?<index>-?[0-9]+)\]|\[\?\(\s*@\.(?<field>[^=!\s]+)\s*(?<op>==|!=)\s*['"]?(?<value>[^'")]*)['"]?\s*\)\])
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
