using System.Collections.Frozen;

namespace Weir.Kql.Syntax;

/// <summary>Words with a meaning of their own.</summary>
internal static class Keywords
{
    /// <summary>Words with a hyphen; anywhere else a hyphen is a minus.</summary>
    public static readonly FrozenSet<string> Hyphenated = FrozenSet.ToFrozenSet(
    [
        "project-away", "project-keep", "project-rename", "project-reorder", "project-smart", "project-by-names", "mv-expand", "mv-apply",
        "make-series", "parse-where", "parse-kv", "top-nested", "top-hitters", "sample-distinct", "make-graph", "graph-match", "graph-to-table",
        "graph-shortest-paths", "graph-mark-components", "graph-where-nodes", "graph-where-edges", "macro-expand", "assert-schema", "granny-asc", "granny-desc",
    ]);

    /// <summary>Operators between expressions that are written as words.</summary>
    public static readonly FrozenSet<string> Infix = FrozenSet.ToFrozenSet(
    [
        "and", "or", "has", "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs", "contains", "contains_cs", "containscs", "notcontains",
        "notcontainscs", "startswith", "startswith_cs", "endswith", "endswith_cs", "like", "likecs", "notlike", "notlikecs", "matches", "in", "in~",
        "has_any", "has_all", "between", "!has", "!has_cs", "!hasprefix", "!hasprefix_cs", "!hassuffix", "!hassuffix_cs", "!contains",
        "!contains_cs", "!startswith", "!startswith_cs", "!endswith", "!endswith_cs", "!in", "!in~", "!between",
    ]);

    /// <summary>Words that name nothing unless they are bracketed.</summary>
    public static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
    [
        "accumulate", "and", "as", "asc", "between", "by", "contains", "containscs", "datatable", "date", "datetime", "decimal",
        "desc", "double", "dynamic", "earliest", "endswith", "endswith_cs", "externaldata", "find", "first", "flags", "float", "has", "has_all", "has_any",
        "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs", "in", "int", "int8", "int16", "int32", "int64", "invoke", "isfuzzy", "last", "latest", "like",
        "likecs", "long", "materialize", "missing", "notcontains", "notcontainscs", "notlike", "notlikecs", "of", "or", "others", "print", "project", "real",
        "relaxed", "sample", "search", "set", "simple", "startswith", "startswith_cs", "string", "time", "timespan", "title", "to",
        "toscalar", "totable", "uint", "uint8", "uint16", "uint32", "uint64", "ulong", "union", "uniqueid", "verbose", "where", "boolean", "byte", "char",
        "with_itemindex", "with_match_id", "with_step_name", "withsource", "bagexpansion", "expandoutput", "nooptimization",
    ]);

    /// <summary>Reserved words that a column may be declared with all the same; to refer to it, it must be bracketed.</summary>
    public static readonly FrozenSet<string> Declarable = FrozenSet.ToFrozenSet(
    [
        "accumulate", "as", "by", "contains", "datatable", "earliest", "externaldata", "find", "has", "in", "invoke", "latest", "materialize", "of", "print",
        "sample", "search", "set", "title", "to", "toscalar", "totable", "verbose", "where", "int", "long", "real", "string", "date", "datetime",
        "time", "timespan", "decimal", "dynamic", "double", "float", "boolean", "kind",
    ]);

    /// <summary>Types whose literals are written <c>type(…)</c>.</summary>
    public static readonly FrozenSet<string> LiteralTypes = FrozenSet.ToFrozenSet(
    [
        "bool", "boolean", "int", "int32", "long", "int64", "real", "double", "float", "decimal", "datetime", "date", "timespan", "time", "guid", "uuid", "uniqueid",
    ]);

    /// <summary>Ticks of 100 ns a unit of time has, by each way of writing the unit.</summary>
    public static readonly FrozenDictionary<string, double> TimeUnits = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["d"] = TimeSpan.TicksPerDay, ["day"] = TimeSpan.TicksPerDay, ["days"] = TimeSpan.TicksPerDay,
        ["h"] = TimeSpan.TicksPerHour, ["hr"] = TimeSpan.TicksPerHour, ["hrs"] = TimeSpan.TicksPerHour, ["hour"] = TimeSpan.TicksPerHour, ["hours"] = TimeSpan.TicksPerHour,
        ["m"] = TimeSpan.TicksPerMinute, ["min"] = TimeSpan.TicksPerMinute, ["minute"] = TimeSpan.TicksPerMinute, ["minutes"] = TimeSpan.TicksPerMinute,
        ["s"] = TimeSpan.TicksPerSecond, ["sec"] = TimeSpan.TicksPerSecond, ["second"] = TimeSpan.TicksPerSecond, ["seconds"] = TimeSpan.TicksPerSecond,
        ["ms"] = TimeSpan.TicksPerMillisecond, ["milli"] = TimeSpan.TicksPerMillisecond, ["millis"] = TimeSpan.TicksPerMillisecond,
        ["millisec"] = TimeSpan.TicksPerMillisecond, ["millisecond"] = TimeSpan.TicksPerMillisecond, ["milliseconds"] = TimeSpan.TicksPerMillisecond,
        ["micro"] = 10, ["micros"] = 10, ["microsec"] = 10, ["microsecond"] = 10, ["microseconds"] = 10,
        ["nano"] = 0.01, ["nanos"] = 0.01, ["nanosec"] = 0.01, ["nanosecond"] = 0.01, ["nanoseconds"] = 0.01,
        ["tick"] = 1, ["ticks"] = 1,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
