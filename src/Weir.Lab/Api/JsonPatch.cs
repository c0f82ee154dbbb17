using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>RFC 6902: a list of operations on places named by JSON pointers; all or none.</summary>
internal static class JsonPatch
{
    // As many as a real server takes.
    private const int MaxOperations = 10000;

    /// <summary>Changes a document; returns the new one, which may be <paramref name="document"/> itself.</summary>
    /// <exception cref="ApiStatusException">An operation cannot be done (422) or is no operation (400).</exception>
    public static JsonObject Apply(JsonObject document, JsonArray operations)
    {
        if (operations.Count > MaxOperations)
            throw new ApiStatusException(
                413, "RequestEntityTooLarge", $"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        foreach (var operation in operations) Do(document, operation);
        return document;
    }

    private static void Do(JsonObject document, JsonNode? operation)
    {
        var op = operation.Text("op") ?? throw ApiFaults.BadRequest("a JSON patch operation has no \"op\"");
        var path = operation.Text("path") ?? throw ApiFaults.BadRequest($"the JSON patch operation \"{op}\" has no \"path\"");
        switch (op)
        {
            case "add":
                Add(document, path, operation.At("value")?.DeepClone());
                break;
            case "remove":
                Remove(document, path);
                break;
            case "replace":
                Remove(document, path);
                Add(document, path, operation.At("value")?.DeepClone());
                break;
            case "move":
                var from = operation.Text("from") ?? throw ApiFaults.BadRequest("the JSON patch operation \"move\" has no \"from\"");
                var moved = Find(document, from)?.DeepClone();
                Remove(document, from);
                Add(document, path, moved);
                break;
            case "copy":
                var source = operation.Text("from") ?? throw ApiFaults.BadRequest("the JSON patch operation \"copy\" has no \"from\"");
                Add(document, path, Find(document, source)?.DeepClone());
                break;
            case "test":
                if (!JsonTree.Same(Find(document, path), operation.At("value"))) throw Unprocessable($"testing path {path} failed");
                break;
            default:
                throw ApiFaults.BadRequest($"unexpected JSON patch operation \"{op}\"");
        }
    }

    private static JsonNode? Find(JsonNode document, string path)
    {
        JsonNode? at = document;
        foreach (var step in Steps(path))
        {
            at = at switch
            {
                JsonObject map when map.TryGetPropertyValue(step, out var next) => next,
                JsonArray array when Index(step, array.Count - 1, path) is var i => array[i],
                _ => throw Missing(path),
            };
        }

        return at;
    }

    private static void Add(JsonObject document, string path, JsonNode? value)
    {
        var (parent, last) = Parent(document, path);
        if (parent is JsonObject map) map[last] = value;
        else if (parent is JsonArray array) array.Insert(last == "-" ? array.Count : Index(last, array.Count, path), value);
    }

    private static void Remove(JsonObject document, string path)
    {
        var (parent, last) = Parent(document, path);
        if (parent is JsonArray array) array.RemoveAt(Index(last, array.Count - 1, path));
        else if (parent is JsonObject map && !map.Remove(last)) throw Missing(path);
    }

    private static (JsonNode Parent, string Last) Parent(JsonObject document, string path)
    {
        var at = path.LastIndexOf('/');
        if (at < 0) throw Missing(path);
        var parent = Find(document, path[..at]);
        return parent is JsonObject or JsonArray ? (parent, Unescape(path[(at + 1)..])) : throw Missing(path);
    }

    private static IEnumerable<string> Steps(string path)
    {
        if (path.Length == 0) return [];
        return path[0] == '/' ? path[1..].Split('/').Select(Unescape) : throw Missing(path);
    }

    private static string Unescape(string step) =>
        step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static int Index(string step, int most, string path) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most ? index : throw Missing(path);

    private static ApiStatusException Missing(string path) => Unprocessable($"the path \"{path}\" does not exist");

    private static ApiStatusException Unprocessable(string why) =>
        new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}", []);
}
