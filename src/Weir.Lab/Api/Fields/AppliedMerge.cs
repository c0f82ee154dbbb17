using System.Text.Json.Nodes;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api.Fields;

/// <summary>Lays an applied document over the present one, and takes away what its manager no longer applies.</summary>
internal static class AppliedMerge
{
    /// <summary>The present document with the applied one laid over it, field by field.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, FieldSchema schema)
    {
        if (applied is null) return null;
        if (live is null || DocumentShape.IsLeaf(applied, schema) || DocumentShape.IsLeaf(live, schema)) return applied.DeepClone();
        if (live is JsonArray old && applied is JsonArray now) return MergeLists(old, now, schema);
        if (live is not JsonObject from || applied is not JsonObject over) return applied.DeepClone();
        var merged = (JsonObject)from.DeepClone();
        foreach (var (name, value) in over)
        {
            if (Merge(from[name], value, DocumentShape.Field(schema, name).Schema) is { } inner) merged[name] = inner;
            else merged.Remove(name);
        }

        return merged;
    }

    /// <summary>Takes away, in place, what was applied before and nobody owns now.</summary>
    /// <param name="merged">The document.</param>
    /// <param name="last">What its manager applied the last time.</param>
    /// <param name="owned">What anybody owns now, the manager included.</param>
    /// <param name="schema">The document's schema.</param>
    public static void Prune(JsonNode? merged, FieldSet last, FieldSet owned, FieldSchema schema)
    {
        switch (merged)
        {
            case JsonObject map:
                foreach (var (step, below) in last.Steps.Where(s => s.Key[0] == 'f'))
                {
                    var name = step[2..];
                    if (!map.TryGetPropertyValue(name, out var inner)) continue;
                    var (field, declared) = DocumentShape.Field(schema, name);
                    if (owned.Below(step) is { } kept) Prune(inner, below, kept, field);
                    else if (below.IsMember || declared) map.Remove(name);
                    else Prune(inner, below, FieldSet.Empty, field);
                }

                break;
            case JsonArray list when DocumentShape.Steps(list, schema) is { } elements:
                foreach (var (step, element) in elements)
                {
                    if (last.Below(step) is not { } below) continue;
                    if (owned.Below(step) is { } kept) Prune(element, below, kept, schema.Items ?? FieldSchema.Any);
                    else if (below.IsMember) list.RemoveAt(IndexOf(list, element));
                    else Prune(element, below, FieldSet.Empty, schema.Items ?? FieldSchema.Any);
                }

                break;
        }
    }

    // The applied list says the order; elements that only the present one has keep their place behind what they followed.
    private static JsonArray MergeLists(JsonArray live, JsonArray applied, FieldSchema schema)
    {
        var old = DocumentShape.Steps(live, schema)!;
        var now = DocumentShape.Steps(applied, schema)!;
        var known = old.ToDictionary(o => o.Step, o => o.Element);
        var wanted = now.Select(n => n.Step).ToHashSet();
        var merged = new JsonArray();
        var (l, r) = (0, 0);
        while (l < old.Count || r < now.Count)
        {
            if (l < old.Count && !wanted.Contains(old[l].Step))
            {
                merged.Add(old[l++].Element?.DeepClone());
                continue;
            }

            if (r == now.Count)
            {
                l++;
                continue;
            }

            if (l < old.Count && old[l].Step == now[r].Step) l++;
            var (step, element) = now[r++];
            merged.Add(known.TryGetValue(step, out var before) ? Merge(before, element, schema.Items ?? FieldSchema.Any) : element?.DeepClone());
        }

        return merged;
    }

    private static int IndexOf(JsonArray list, JsonNode? element)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (ReferenceEquals(list[i], element)) return i;
        }

        return -1;
    }
}
