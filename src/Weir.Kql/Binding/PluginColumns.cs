using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Columns of the plugins whose result does not depend on the data.</summary>
internal static class PluginColumns
{
    /// <summary>Names and types in order, or null when only the data tells.</summary>
    public static ImmutableArray<(string Name, KqlType Type)>? Of(Evaluate node, ImmutableArray<string> names, ImmutableDictionary<int, Relation> tables)
    {
        var input = node.Columns.Select(c => (c.Name, c.Type)).ToImmutableArray();
        switch (node.Plugin.Name)
        {
            case "autocluster" or "basket":
                return [("SegmentId", KqlType.Long), ("Count", KqlType.Long), ("Percent", KqlType.Real), .. input];
            case "narrow":
                return [("Row", KqlType.Long), ("Column", KqlType.String), ("Value", KqlType.String)];
            case "ipv4_lookup" or "ipv6_lookup":
                if (tables.Values.FirstOrDefault() is not { } table) return input;
                var looked = table.Columns.Select(c => (Free(c.Name, input), c.Type));
                return LooksFirst(node) ? [.. looked, .. input] : [.. input, .. looked];
            case "dcount_intersect":
                return [.. input, .. node.Arguments.Select((_, i) => ($"s{i}", KqlType.Long))];
            case "rolling_percentile":
                return RollingPercentile(node, names);
            case "session_count":
                return SessionCount(node, names);
            case "activity_counts_metrics":
                return ActivityCounts(node, names);
            default:
                return null;
        }
    }

    /// <summary>Whether a lookup's own columns come before the input's: Kusto orders its two lookups differently.</summary>
    public static bool LooksFirst(Evaluate lookup) => lookup.Plugin.Name == "ipv6_lookup";

    private static string Free(string name, ImmutableArray<(string Name, KqlType Type)> taken)
    {
        var free = name;
        for (var i = 1; taken.Any(t => t.Name == free); i++) free = name + i;
        return free;
    }

    private static ImmutableArray<(string, KqlType)>? RollingPercentile(Evaluate node, ImmutableArray<string> names)
    {
        if (node.Arguments.Length < 5 || node.Arguments[0] is not { } value || node.Arguments[2] is not { } index) return null;
        var dimensions = node.Arguments.Skip(5).Select((a, i) => (names[5 + i], a?.Type ?? KqlType.Unknown));
        return [(names[2], index.Type), .. dimensions, ($"rolling_{node.Arguments[4] switch { Literal l => l.Value, _ => "" }}_percentile_{names[0]}_{(node.Arguments[1] as Literal)?.Value}", value.Type)];
    }

    private static ImmutableArray<(string, KqlType)>? SessionCount(Evaluate node, ImmutableArray<string> names)
    {
        if (node.Arguments.Length < 6 || node.Arguments[1] is not { } time) return null;
        var dimensions = node.Arguments.Skip(6).Select((a, i) => (names[6 + i], a?.Type ?? KqlType.Unknown));
        return [(names[1], time.Type), .. dimensions, ("count_sessions", KqlType.Long)];
    }

    private static ImmutableArray<(string, KqlType)>? ActivityCounts(Evaluate node, ImmutableArray<string> names)
    {
        if (node.Arguments.Length < 5 || node.Arguments[1] is not { } time) return null;
        var dimensions = node.Arguments.Skip(5).Select((a, i) => (names[5 + i], a?.Type ?? KqlType.Unknown));
        return
        [
            (names[1], time.Type), .. dimensions, ("count", KqlType.Long), ("dcount", KqlType.Long), ("new_dcount", KqlType.Long), ("aggregated_dcount", KqlType.Long),
        ];
    }
}
