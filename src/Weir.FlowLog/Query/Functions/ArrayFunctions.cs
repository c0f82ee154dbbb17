using System.Text.Json;
using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of arrays. What is no array gives null.</summary>
internal static class ArrayFunctions
{
    private const int MostElements = 1_048_576;

    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_element", r => JsonValues.Array(r.Json(0)) is { } a && r.Long(1) is { } i ? JsonValues.Write(At(a, i)) : null),
        Text("k_expand", r => Expand(r)),
        Text("k_flatten", r => JsonValues.Write(new JsonArray([.. Flat(JsonValues.Array(r.Json(0))!).Take((int)r.Long(1, MostElements)).Select(JsonValues.Copy)]))),
        Text("k_range", r => Range(r)),
        Text("k_pack_array", r => $"[{string.Join(',', Enumerable.Range(0, r.Count).Select(i => r.Json(i) ?? "null"))}]"),
        Text("k_array_concat", r => JsonValues.Write(new JsonArray([.. Enumerable.Range(0, r.Count).SelectMany(i => JsonValues.Array(r.Json(i)) ?? []).Select(JsonValues.Copy)]))),
        Text("k_array_iff", r => Iff(r)),
        Long("k_array_index_of", r => JsonValues.Array(r.Json(0)) is { } a ? IndexOf(a, JsonValues.Read(r.Json(1)), r.Long(2, 0), r.Long(3, -1), r.Long(4, 1)) : null),
        Text("k_array_reverse", r => Map(r, a => a.Reverse())),
        Text("k_array_rotate_left", r => Map(r, a => Rotate(a, r.Long(1, 0)))),
        Text("k_array_rotate_right", r => Map(r, a => Rotate(a, -r.Long(1, 0)))),
        Text("k_array_shift_left", r => Map(r, a => Shift(a, r.Long(1, 0), JsonValues.Read(r.Json(2))))),
        Text("k_array_shift_right", r => Map(r, a => Shift(a, -r.Long(1, 0), JsonValues.Read(r.Json(2))))),
        Text("k_array_slice", r => Map(r, a => Slice(a, r.Long(1, 0), r.Long(2, -1)))),
        Text("k_array_split", r => Split(r)),
        Real("k_array_sum", r => JsonValues.Array(r.Json(0)) is { Count: > 0 } a ? a.Sum(n => JsonValues.Number(n) ?? 0) : null),
        Text("k_array_sort_asc", r => Sort(r, descending: false)),
        Text("k_array_sort_desc", r => Sort(r, descending: true)),
        Text("k_zip", r => Zip(r)),
        Text("k_repeat", r => r.Long(1) is { } n and >= 0 ? $"[{string.Join(',', Enumerable.Repeat(r.Json(0) ?? "null", (int)Math.Min(n, MostElements)))}]" : null),
    ];

    /// <summary>The elements, those that are arrays taken apart by one level.</summary>
    public static IEnumerable<JsonNode?> Flat(JsonArray array) => array.SelectMany(n => n is JsonArray inner ? inner : (IEnumerable<JsonNode?>)[n]);

    private static JsonNode? At(JsonArray array, long index) => index < 0 ? index >= -array.Count ? array[(int)(array.Count + index)] : null : index < array.Count ? array[(int)index] : null;

    // What mv-expand makes rows of: the elements; of a bag a bag for each key, or pairs; of anything else itself.
    private static string? Expand(FunctionRow row) => JsonValues.Read(row.Json(0)) switch
    {
        null => "[null]",
        JsonArray => row.Json(0),
        JsonObject => JsonValues.Write(new JsonArray([.. JsonValues.Bag(row.Json(0))!.Select(p => row.Bool(1) == true
            ? new JsonArray(p.Key, JsonValues.Copy(p.Value)) : (JsonNode)new JsonObject { [p.Key] = JsonValues.Copy(p.Value) })])),
        _ => $"[{row.Json(0)}]",
    };

    private static string? Range(FunctionRow row)
    {
        var kind = row.Text(0);
        if (row.IsNull(1) || row.IsNull(2) || (row.Count > 3 && row.IsNull(3))) return null;
        if (kind == "r")
        {
            var (start, stop, step) = (row.Real(1)!.Value, row.Real(2)!.Value, row.Real(3) ?? 1);
            var count = step == 0 ? 0 : Math.Floor((stop - start) / step) + 1;
            return $"[{string.Join(',', Enumerable.Range(0, (int)Math.Clamp(count, 0, MostElements)).Select(i => Texts.Real(start + (i * step))))}]";
        }

        var (from, to, by) = ((Int128)row.Long(1)!.Value, (Int128)row.Long(2)!.Value, (Int128)row.Long(3, kind == "l" ? 1 : TimeSpan.TicksPerHour));
        if (by == 0) return null;
        var text = new System.Text.StringBuilder("[");
        for (var n = 0; n < MostElements && (by > 0 ? from <= to : from >= to); n++, from += by)
            text.Append(n == 0 ? "" : ",").Append(kind == "l" ? from.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"\"{(kind == "t" ? Texts.Instant((long)from) : Texts.Span((long)from))}\"");
        return text.Append(']').ToString();
    }

    private static string? Map(FunctionRow row, Func<JsonArray, IEnumerable<JsonNode?>> change) =>
        JsonValues.Array(row.Json(0)) is { } array ? JsonValues.Write(new JsonArray([.. change(array).Select(JsonValues.Copy)])) : null;

    private static IEnumerable<JsonNode?> Rotate(JsonArray array, long by)
    {
        var start = array.Count == 0 ? 0 : (int)(((by % array.Count) + array.Count) % array.Count);
        return array.Skip(start).Concat(array.Take(start));
    }

    private static IEnumerable<JsonNode?> Shift(JsonArray array, long by, JsonNode? fill) =>
        Enumerable.Range(0, array.Count).Select(i => i + by >= 0 && i + by < array.Count ? array[(int)(i + by)] : fill);

    private static IEnumerable<JsonNode?> Slice(JsonArray array, long start, long end)
    {
        if (start < 0) start = Math.Max(0, array.Count + start);
        if (end < 0) end = array.Count + end;
        return array.Skip((int)Math.Min(start, array.Count)).Take((int)Math.Clamp(end - start + 1, 0, array.Count));
    }

    private static string? Split(FunctionRow row)
    {
        if (JsonValues.Array(row.Json(0)) is not { } array) return null;
        var at = JsonValues.Read(row.Json(1)) is JsonArray many ? many.Select(n => JsonValues.Whole(n) ?? 0) : [JsonValues.Whole(JsonValues.Read(row.Json(1))) ?? 0];
        var parts = new JsonArray();
        var last = 0;
        foreach (var index in at.Select(i => (int)Math.Clamp(i < 0 ? array.Count + i : i, 0, array.Count)).Append(array.Count))
        {
            parts.Add(new JsonArray([.. array.Skip(last).Take(Math.Max(0, index - last)).Select(JsonValues.Copy)]));
            last = Math.Max(last, index);
        }

        return JsonValues.Write(parts);
    }

    private static string? Iff(FunctionRow row)
    {
        if (JsonValues.Array(row.Json(0)) is not { } conditions) return null;
        var (yes, no) = (JsonValues.Read(row.Json(1)), JsonValues.Read(row.Json(2)));
        JsonNode? Pick(JsonNode? from, int i) => from is JsonArray array ? i < array.Count ? array[i] : null : from;
        return JsonValues.Write(new JsonArray([.. conditions.Select((c, i) => JsonValues.Copy(Truth(c) switch { true => Pick(yes, i), false => Pick(no, i), _ => null }))]));
    }

    private static bool? Truth(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => JsonValues.Number(node) != 0,
        _ => null,
    };

    private static long IndexOf(JsonArray array, JsonNode? what, long start, long length, long occurrence)
    {
        if (start < 0) start = Math.Max(0, array.Count + start);
        var end = length < 0 ? array.Count : Math.Min(array.Count, start + length);
        for (var i = start; i < end; i++)
            if (JsonNode.DeepEquals(array[(int)i], what) && --occurrence == 0) return i;
        return -1;
    }

    private static string? Sort(FunctionRow row, bool descending)
    {
        if (JsonValues.Array(row.Json(0)) is not { } array) return null;
        var followers = Enumerable.Range(1, row.Count - 1).Where(i => row.Type(i) != DuckDB.NET.Native.DuckDBType.Boolean).Select(i => JsonValues.Array(row.Json(i))).ToList();
        if (followers.Count > 0) return SortTogether(array, followers, descending);
        var nullsLast = Enumerable.Range(1, row.Count - 1).Where(i => row.Type(i) == DuckDB.NET.Native.DuckDBType.Boolean).Select(i => row.Bool(i)).FirstOrDefault() ?? true;
        var present = array.Where(n => n is not null);
        var sorted = descending ? present.OrderByDescending(n => n, JsonOrder.Instance) : present.OrderBy(n => n, JsonOrder.Instance);
        var nulls = Enumerable.Repeat<JsonNode?>(null, array.Count(n => n is null));
        return JsonValues.Write(new JsonArray([.. (nullsLast ? sorted.Concat(nulls) : nulls.Concat(sorted)).Select(JsonValues.Copy)]));
    }

    // Several arrays: the others follow the first; one of another length is null.
    private static string? SortTogether(JsonArray array, List<JsonArray?> followers, bool descending)
    {
        var at = Enumerable.Range(0, array.Count).Where(i => array[i] is not null);
        var order = (descending ? at.OrderByDescending(i => array[i], JsonOrder.Instance) : at.OrderBy(i => array[i], JsonOrder.Instance)).Concat(Enumerable.Range(0, array.Count).Where(i => array[i] is null)).ToList();
        return JsonValues.Write(new JsonArray([.. followers.Prepend(array).Select(a => a?.Count == array.Count ? new JsonArray([.. order.Select(i => JsonValues.Copy(a[i]))]) : null)]));
    }

    private static string Zip(FunctionRow row)
    {
        var arrays = Enumerable.Range(0, row.Count).Select(i => JsonValues.Read(row.Json(i)) is JsonArray a ? a : [JsonValues.Read(row.Json(i))]).ToList();
        return JsonValues.Write(new JsonArray([.. Enumerable.Range(0, arrays.Max(a => a.Count)).Select(i => (JsonNode)new JsonArray([.. arrays.Select(a => i < a.Count ? JsonValues.Copy(a[i]) : null)]))]))!;
    }
}
