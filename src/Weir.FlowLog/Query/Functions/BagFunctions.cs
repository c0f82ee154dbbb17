using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of property bags and of sets.</summary>
internal static class BagFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_member", r => JsonValues.Bag(r.Json(0)) is { } bag && bag.TryGetPropertyValue(r.Text(1), out var value) ? JsonValues.Write(value) : null),
        Text("k_bag_pack", r => Pack(r, 0, skipEmpty: false)),
        Text("k_pack_all", r => Pack(r, 1, skipEmpty: r.Bool(0) == true)),
        Text("k_bag_keys", r => JsonValues.Bag(r.Json(0)) is { } bag ? JsonValues.Write(new JsonArray([.. bag.Select(p => (JsonNode)p.Key)])) : null),
        Bool("k_bag_has_key", r => JsonValues.Bag(r.Json(0)) is { } bag ? Find(bag, r.Text(1)) : null),
        Text("k_bag_merge", r => Merge(Enumerable.Range(0, r.Count).Select(i => JsonValues.Bag(r.Json(i))))),
        Text("k_make_bag", r => Merge(JsonValues.Array(r.Json(0))!.Select(n => n as JsonObject)) ?? "{}"),
        Text("k_bag_remove_keys", r => RemoveKeys(r)),
        Text("k_bag_set_key", r => SetKey(r)),
        Text("k_bag_zip", r => Zip(r)),
        Text("k_dynamic_to_json", r => JsonValues.Read(r.Json(0)) is { } node ? JsonValues.Write(Sorted(node)) : "null"),
        Text("k_treepath", r => JsonValues.Read(r.Json(0)) is { } node ? JsonValues.Write(new JsonArray([.. Paths(node, "").Select(p => (JsonNode)p)])) : null),
        Bool("k_set_has_element", r => JsonValues.Array(r.Json(0)) is { } a ? a.Any(n => JsonNode.DeepEquals(n, JsonValues.Read(r.Json(1)))) : null),
        Text("k_set_union", r => Sets(r) is { } all ? Write(all.SelectMany(s => s).Distinct(StringComparer.Ordinal)) : null),
        Text("k_set_intersect", r => Sets(r) is { } all ? Write(all.Skip(1).Aggregate(all[0].AsEnumerable(), (a, b) => a.Intersect(b, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)) : null),
        Text("k_set_difference", r => Sets(r) is { } all ? Write(all.Skip(1).Aggregate(all[0].AsEnumerable(), (a, b) => a.Except(b, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)) : null),
        Bool("k_set_equals", r => Sets(r) is { } all ? all[0].ToHashSet(StringComparer.Ordinal).SetEquals(all[1]) : null),
        Real("k_jaccard_index", r => Sets(r) is { } all ? Jaccard(all[0], all[1]) : null),
        Text("k_make_set", r => Write(ArrayFunctions.Flat(JsonValues.Array(r.Json(0))!).Where(n => n is not null).Select(n => JsonValues.Write(n)!).Distinct(StringComparer.Ordinal).Take((int)r.Long(1, int.MaxValue)))),
        Text("k_shape", r => Shape(JsonValues.Bag(r.Json(0)))),
        Text("k_buildschema", r => JsonValues.Write(BagSchema.Of(JsonValues.Array(r.Json(0))!))),
    ];

    private static string? Pack(FunctionRow row, int first, bool skipEmpty)
    {
        var bag = new JsonObject();
        for (var i = first; i + 1 < row.Count; i += 2)
        {
            var value = row.Json(i + 1);
            if (!skipEmpty || (value is not null and not "\"\"" and not "[]" and not "{}")) bag[row.Text(i)] = JsonValues.Read(value);
        }

        return JsonValues.Write(bag);
    }

    // Key by key the type of its value.
    private static string? Shape(JsonObject? bag) => bag is null ? "{}" : JsonValues.Write(new JsonObject(bag.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)(p.Value?.GetValueKind() switch
    {
        null => "null",
        System.Text.Json.JsonValueKind.Number => JsonValues.Whole(p.Value) is null ? "real" : "long",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "bool",
        _ => "dynamic",
    })))));

    // The first bag that has a key gives its value.
    private static string? Merge(IEnumerable<JsonObject?> bags)
    {
        JsonObject? merged = null;
        foreach (var bag in bags)
        {
            if (bag is null) continue;
            merged ??= [];
            foreach (var (key, value) in bag)
                if (!merged.ContainsKey(key)) merged[key] = JsonValues.Copy(value);
        }

        return JsonValues.Write(merged);
    }

    private static bool Find(JsonObject bag, string key)
    {
        JsonNode? at = bag;
        foreach (var step in Steps(key))
        {
            if (at is not JsonObject inner || !inner.TryGetPropertyValue(step, out at)) return false;
        }

        return true;
    }

    // "$.a.b" and "$['a']['b']" walk; any other text is one key.
    private static string[] Steps(string key) => !key.StartsWith('$') ? [key]
        : [.. System.Text.RegularExpressions.Regex.Matches(key, @"\.([^.\[\]]+)|\['([^']*)'\]").Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value)];

    private static string? RemoveKeys(FunctionRow row)
    {
        if (JsonValues.Bag(row.Json(0)) is not { } bag) return null;
        foreach (var key in JsonValues.Array(row.Json(1)) ?? [])
        {
            var steps = Steps(JsonValues.TextOf(key));
            var at = steps.SkipLast(1).Aggregate(bag, (JsonObject? b, string step) => b?[step] as JsonObject);
            if (steps.Length > 0) at?.Remove(steps[^1]);
        }

        return JsonValues.Write(bag);
    }

    private static string? SetKey(FunctionRow row)
    {
        if (JsonValues.Bag(row.Json(0)) is not { } bag) return null;
        var steps = Steps(row.Text(1));
        var at = bag;
        foreach (var step in steps.SkipLast(1))
        {
            if (at[step] is not JsonObject next) at[step] = next = [];
            at = next;
        }

        if (steps.Length == 0) return null;
        at[steps[^1]] = JsonValues.Read(row.Json(2));
        return JsonValues.Write(bag);
    }

    private static string? Zip(FunctionRow row)
    {
        if (JsonValues.Array(row.Json(0)) is not { } keys || JsonValues.Array(row.Json(1)) is not { } values) return null;
        var bag = new JsonObject();
        for (var i = 0; i < keys.Count; i++)
            if (keys[i]?.GetValueKind() == System.Text.Json.JsonValueKind.String) bag[JsonValues.TextOf(keys[i])] = i < values.Count ? JsonValues.Copy(values[i]) : null;
        return JsonValues.Write(bag);
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject bag => new JsonObject(bag.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => JsonValues.Copy(node),
    };

    private static IEnumerable<string> Paths(JsonNode node, string path) => node switch
    {
        JsonObject bag => bag.SelectMany(p => Paths(p.Value!, $"{path}['{p.Key}']").Prepend($"{path}['{p.Key}']")),
        JsonArray { Count: > 0 } array => array.Where(n => n is not null).SelectMany(n => Paths(n!, path + "[0]")).Prepend(path + "[0]").Distinct(),
        _ => [],
    };

    private static List<List<string>>? Sets(FunctionRow row)
    {
        var sets = Enumerable.Range(0, row.Count).Select(i => JsonValues.Array(row.Json(i))).ToList();
        return sets.Contains(null) ? null : [.. sets.Select(s => s!.Select(n => JsonValues.Write(n) ?? "null").ToList())];
    }

    private static string Write(IEnumerable<string> elements) => $"[{string.Join(',', elements)}]";

    private static double Jaccard(List<string> a, List<string> b)
    {
        var union = a.Union(b, StringComparer.Ordinal).Count();
        return union == 0 ? double.NaN : (double)a.Intersect(b, StringComparer.Ordinal).Count() / union;
    }
}
