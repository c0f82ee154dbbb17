using System.Text.Json.Nodes;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api.Fields;

/// <summary>Which fields a document sets.</summary>
internal static class DocumentFields
{
    // What the server writes itself belongs to nobody.
    private static readonly string[] _unowned =
        ["name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion"];

    /// <summary>The fields of a document that can have an owner.</summary>
    public static FieldSet Of(JsonObject document, FieldSchema schema)
    {
        var set = new FieldSet();
        Visit(document, schema, [], set);
        return Owned(set);
    }

    /// <summary>The set without what belongs to nobody.</summary>
    public static FieldSet Owned(FieldSet set)
    {
        set = set.Without("f:apiVersion").Without("f:kind");
        foreach (var name in _unowned) set = set.Without("f:metadata", "f:" + name);

        // The frame around labels and annotations is no field of its own.
        if (set.Below("f:metadata") is { IsMember: true } meta)
        {
            var frame = new FieldSet();
            frame.Insert(["f:metadata"]);
            set = set.Except(frame);
        }

        return set;
    }

    private static void Visit(JsonNode? value, FieldSchema schema, List<string> path, FieldSet set)
    {
        if (DocumentShape.IsLeaf(value, schema))
        {
            if (path.Count > 0) set.Insert(path);
            return;
        }

        if (value is JsonArray list)
        {
            foreach (var (step, element) in DocumentShape.Steps(list, schema)!)
            {
                path.Add(step);
                Visit(element, schema.Items ?? FieldSchema.Any, path, set);
                set.Insert(path);
                path.RemoveAt(path.Count - 1);
            }

            return;
        }

        foreach (var (name, inner) in (JsonObject)value!)
        {
            var (field, declared) = DocumentShape.Field(schema, name);
            path.Add("f:" + name);
            Visit(inner, field, path, set);
            if (!declared || inner is null or JsonObject { Count: 0 }) set.Insert(path);
            path.RemoveAt(path.Count - 1);
        }
    }
}
