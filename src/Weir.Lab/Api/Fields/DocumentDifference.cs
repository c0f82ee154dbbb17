using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api.Fields;

/// <summary>Which fields differ between two versions of a document.</summary>
internal sealed class DocumentDifference
{
    // Parts that an object of a built-in kind always has, and so are not added with what is in them.
    private static readonly HashSet<string> _always =
        ["metadata", "spec", "status", "template", "strategy", "updateStrategy", "containers", "jobTemplate"];

    private readonly List<string> _path = [];
    private readonly bool _typed;

    private DocumentDifference(bool typed) => _typed = typed;

    /// <summary>What only the new version has.</summary>
    public FieldSet Added { get; private set; } = new();

    /// <summary>What both have, with different values.</summary>
    public FieldSet Modified { get; private set; } = new();

    /// <summary>What only the old version has.</summary>
    public FieldSet Removed { get; private set; } = new();

    /// <summary>Compares two versions of an object.</summary>
    public static DocumentDifference Between(JsonObject before, JsonObject after, ResourceKind kind, FieldSchema schema)
    {
        var difference = new DocumentDifference(!kind.Custom);
        difference.Visit(before, after, schema);
        difference.Added = DocumentFields.Owned(difference.Added);
        difference.Modified = DocumentFields.Owned(difference.Modified);
        difference.Removed = DocumentFields.Owned(difference.Removed);
        return difference;
    }

    private void Visit(JsonNode? before, JsonNode? after, FieldSchema schema)
    {
        if (before is null && after is null) return;
        var leafBefore = before is null || DocumentShape.IsLeaf(before, schema);
        var leafAfter = after is null || DocumentShape.IsLeaf(after, schema);
        var sameSort = before is null || after is null || (leafBefore == leafAfter && before is JsonArray == after is JsonArray);
        if (!sameSort || (leafBefore && leafAfter))
        {
            if (before is null) Added.Insert(_path);
            else if (after is null) Removed.Insert(_path);
            else if (!JsonTree.Same(before, after)) Modified.Insert(_path);
            return;
        }

        if ((after ?? before) is JsonArray) Lists((JsonArray?)before, (JsonArray?)after, schema);
        else Maps((JsonObject?)before, (JsonObject?)after, schema);
        if (_path.Count == 0) return;
        var frame = _typed && _path[^1] is ['f', ':', .. var name] && _always.Contains(name);
        if (before is null && (!frame || after is JsonObject { Count: 0 })) Added.Insert(_path);
        else if (after is null) Removed.Insert(_path);
    }

    private void Maps(JsonObject? before, JsonObject? after, FieldSchema schema)
    {
        foreach (var name in Names(before).Union(Names(after)).ToList())
        {
            _path.Add("f:" + name);
            Visit(before?[name], after?[name], DocumentShape.Field(schema, name).Schema);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void Lists(JsonArray? before, JsonArray? after, FieldSchema schema)
    {
        var old = Elements(before, schema);
        var now = Elements(after, schema);
        foreach (var step in old.Keys.Union(now.Keys).ToList())
        {
            _path.Add(step);
            Visit(old.GetValueOrDefault(step), now.GetValueOrDefault(step), schema.Items ?? FieldSchema.Any);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private static IEnumerable<string> Names(JsonObject? map) => map?.Select(p => p.Key) ?? [];

    private static Dictionary<string, JsonNode?> Elements(JsonArray? list, FieldSchema schema) =>
        list is null ? [] : DocumentShape.Steps(list, schema)!.ToDictionary(s => s.Step, s => s.Element);
}
