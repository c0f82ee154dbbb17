using System.Collections.Immutable;
using Weir.FlowLog.Query.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query;

/// <summary>Columns of plugins that only the data tells: a question runs for them before the query does.</summary>
internal static class ColumnDiscovery
{
    /// <summary>Names and types, or null when the plugin has no such columns.</summary>
    /// <param name="node">The plugin's call.</param>
    /// <param name="question">SQL whose answers tell; null for none.</param>
    /// <param name="run">Runs it.</param>
    /// <exception cref="QueryFailedException">Two columns would have the same name.</exception>
    public static ImmutableArray<(string Name, KqlType Type)>? Of(Evaluate node, string? question, Func<string, IReadOnlyList<object?[]>> run)
    {
        if (question is null || node.Input is not { } input) return null;
        var answers = run(question).Select(r => r[0] as string ?? "").ToList();
        return node.Plugin.Name == "pivot" ? Pivot(node, input, answers) : Unpacked(node, input, answers);
    }

    private static ImmutableArray<(string, KqlType)> Pivot(Evaluate node, Relation input, List<string> values)
    {
        var aggregate = node.Arguments.Length > 1 ? node.Arguments[1] : null;
        var given = node.Arguments.Skip(2).OfType<ColumnRef>().Select(r => r.Column).ToList();
        var used = Names(node.Arguments[0]).Concat(Names(aggregate)).ToHashSet();
        var keys = given.Count > 0 ? given : [.. input.Columns.Where(c => !used.Contains(c.Id))];
        return [.. keys.Select(k => (k.Name, k.Type)), .. values.Order(StringComparer.Ordinal).Select(v => (v, aggregate?.Type ?? KqlType.Long))];
    }

    private static ImmutableArray<(string, KqlType)> Unpacked(Evaluate node, Relation input, List<string> shapes)
    {
        var texts = node.Arguments.Skip(1).Select(a => a is Literal { Value: string text } ? text : "").ToList();
        var prefix = texts.ElementAtOrDefault(0) ?? "";
        var conflict = texts.FirstOrDefault(t => t is "error" or "replace_source" or "keep_source") ?? "error";
        if (prefix == conflict) prefix = "";
        var ignored = node.Arguments.Skip(1).OfType<Literal>().Where(l => l.Type == KqlType.Dynamic).SelectMany(l => JsonValues.Array(l.Value as string) ?? []).Select(JsonValues.TextOf).ToHashSet();
        var found = new SortedDictionary<string, KqlType>(StringComparer.Ordinal);
        foreach (var (key, type) in shapes.SelectMany(s => (JsonValues.Bag(s) ?? []).Select(p => (p.Key, Type: JsonValues.TextOf(p.Value)))))
        {
            if (ignored.Contains(key)) continue;
            var given = Type(type);
            found[prefix + key] = found.TryGetValue(prefix + key, out var before) ? Shared(before, given) : given;
        }

        var bag = node.Arguments[0] is ColumnRef reference ? reference.Column.Id : -1;
        var kept = input.Columns.Where(c => c.Id != bag || found.ContainsKey(c.Name)).ToList();
        if (conflict == "error" && kept.FirstOrDefault(c => c.Id != bag && found.ContainsKey(c.Name)) is { } twice)
            throw new QueryFailedException($"bag_unpack() would make a second column '{twice.Name}'. Give a prefix, or columnsConflict='replace_source' or 'keep_source'.");
        var columns = kept.Select(c => (c.Name, Type: (conflict == "replace_source" || c.Id == bag) && found.TryGetValue(c.Name, out var type) ? type : c.Type)).ToList();
        return [.. columns, .. found.Where(f => kept.TrueForAll(c => c.Name != f.Key)).Select(f => (f.Key, f.Value))];
    }

    private static KqlType Type(string name) => name switch
    {
        "null" => KqlType.Unknown,
        "long" => KqlType.Long,
        "real" => KqlType.Real,
        "bool" => KqlType.Bool,
        "string" => KqlType.String,
        _ => KqlType.Dynamic,
    };

    private static KqlType Shared(KqlType a, KqlType b) => a == b || b == KqlType.Unknown ? a : a == KqlType.Unknown ? b : a.IsNumber() && b.IsNumber() ? KqlType.Real : KqlType.Dynamic;

    private static IEnumerable<int> Names(Scalar? value) => value switch
    {
        ColumnRef reference => [reference.Column.Id],
        AggregateCall call => call.Arguments.SelectMany(Names),
        Call call => call.Arguments.SelectMany(Names),
        Operation operation => operation.Operands.SelectMany(Names),
        Kql.Plan.Convert convert => Names(convert.Value),
        _ => [],
    };
}
