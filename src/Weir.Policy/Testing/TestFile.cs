using System.Text.Json.Nodes;
using Weir.Policy.Documents;

namespace Weir.Policy.Testing;

/// <summary>Reads a file of policy tests: JSON Lines in the form of cases, or YAML in the form that <c>docs/policy-test.md</c> shows.</summary>
public static class TestFile
{
    private static readonly string[] Shared = ["config", "endpoints", "cidrGroups", "services", "names"];

    /// <summary>The cases of a file, each as one JSON object.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="read">Gives the text of a policy file by the path that the test file writes.</param>
    /// <exception cref="FormatException">The file is malformed.</exception>
    public static IEnumerable<string> Cases(string text, Func<string, string> read)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(read);
        return text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal)
            ? text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)
            : FromYaml(text, read);
    }

    private static List<string> FromYaml(string text, Func<string, string> read)
    {
        List<PolicyProblem> problems = [];
        List<string> cases = [];
        var documents = YamlNodes.Read(text, problems);
        if (problems.Count > 0) throw new FormatException(problems[0].ToString());
        foreach (var document in documents)
        {
            var file = YamlText.ToJson(document) as JsonObject ?? throw new FormatException("A test file is an object with policies, endpoints and tests.");
            var policies = Policies(file, read);
            foreach (var test in Array(file, "tests")) cases.Add(Verdict(file, policies, test!.AsObject()).ToJsonString());
            foreach (var (list, accepted) in new[] { ("rejects", false), ("accepts", true) })
            {
                foreach (var item in Array(file, list))
                {
                    var row = item!.AsObject();
                    var policy = row["policy"] ?? throw new FormatException($"An item of {list} has no policy.");
                    cases.Add(new JsonObject { ["id"] = Name(row), ["policy"] = policy.DeepClone(), ["accepted"] = accepted }.ToJsonString());
                }
            }
        }

        return cases;
    }

    private static JsonObject Verdict(JsonObject file, JsonArray policies, JsonObject test)
    {
        var row = new JsonObject { ["id"] = Name(test), ["policies"] = policies.DeepClone() };
        foreach (var name in Shared)
        {
            if (file[name] is { } value) row[name == "names" ? "dns" : name] = value.DeepClone();
        }

        var (port, protocol) = Port(test["port"]);
        var flow = new JsonObject { ["src"] = Required(test, "from"), ["dst"] = Required(test, "to"), ["protocol"] = protocol };
        flow[protocol.StartsWith("ICMP", StringComparison.Ordinal) ? "icmpType" : "port"] = port;
        row["flow"] = flow;
        row["expect"] = Required(test, "expect");
        if (test["http"] is { } http) row["http"] = http.DeepClone();
        if (test["asks"] is { } asks) row["asks"] = asks.DeepClone();
        return row;
    }

    private static JsonNode Required(JsonObject test, string name) =>
        test[name]?.DeepClone() ?? throw new FormatException($"The test '{Name(test)}' has no '{name}'.");

    private static (ushort Port, string Protocol) Port(JsonNode? node)
    {
        if (node is null) return (0, "TCP");
        var text = node.ToString();
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var number = slash < 0 ? text : text[..slash];
        return ushort.TryParse(number, out var port)
            ? (port, slash < 0 ? "TCP" : text[(slash + 1)..].ToUpperInvariant())
            : throw new FormatException($"'{text}' is no port: expected a number and a protocol, such as 80/tcp or 8/icmp.");
    }

    private static JsonArray Policies(JsonObject file, Func<string, string> read)
    {
        var policies = new JsonArray();
        foreach (var item in Array(file, "policies"))
        {
            if (item is JsonObject one && one["file"] is { } path)
            {
                List<PolicyProblem> problems = [];
                foreach (var document in YamlNodes.Read(read(path.ToString()), problems).SelectMany(DocumentNodes.Flatten))
                {
                    if (Reading.PolicyReader.IsPolicy(document)) policies.Add(YamlText.ToJson(document));
                }

                if (problems.Count > 0) throw new FormatException((problems[0] with { File = path.ToString() }).ToString());
            }
            else
            {
                policies.Add(item!.DeepClone());
            }
        }

        return policies;
    }

    private static JsonArray Array(JsonObject file, string name) => file[name] switch
    {
        null => [],
        JsonArray array => array,
        _ => throw new FormatException($"'{name}' is no list."),
    };

    private static string Name(JsonObject row) =>
        row["name"]?.ToString() ?? row["id"]?.ToString() ?? (row["from"] is null ? "" : $"{End(row["from"])} -> {End(row["to"])} {row["port"]}");

    // An end that is no pod is an object such as {entity: world}.
    private static string End(JsonNode? end) => end is JsonObject fields ? string.Join(" ", fields.Select(f => f.Value)) : $"{end}";
}
