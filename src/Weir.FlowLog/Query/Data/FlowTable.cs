using System.Collections.Frozen;
using System.Collections.Immutable;
using Weir.Kql.Sql;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query.Data;

/// <summary>
/// The table of flows as queries see it: the columns of Azure's ContainerNetworkLogs, under that name and under the older
/// RetinaNetworkFlowLogs (Azure Monitor's reference, tables/containernetworklogs, July 2026).
/// </summary>
public static class FlowTable
{
    // Azure fills these; here there is one tenant and nothing is billed.
    private static readonly StoredValue _none = new("''");

    /// <summary>The names of the table.</summary>
    public static ImmutableArray<string> Names { get; } = ["ContainerNetworkLogs", "RetinaNetworkFlowLogs"];

    // The only description of the table: each column as queries see it, and how it comes out of what is stored (Store.SegmentColumns).
    private static readonly (string Name, KqlType Type, StoredValue Stored)[] _all =
    [
        ("TimeGenerated", KqlType.DateTime, new("time")),
        ("UUID", KqlType.String, new(StoredFlowsSql.Uuid)),
        ("Verdict", KqlType.String, StoredFlowsSql.Plain("verdict")),
        ("DropReason", KqlType.String, StoredFlowsSql.Plain("drop_reason")),
        ("IP", KqlType.Dynamic, new(StoredFlowsSql.Ip)),
        ("Layer4", KqlType.Dynamic, new(StoredFlowsSql.Layer4)),
        .. End("Source", "source"),
        .. End("Destination", "destination"),
        ("FlowType", KqlType.String, new("CASE WHEN kind = 129 THEN 'L7' ELSE 'L3_L4' END")),
        ("NodeName", KqlType.String, new(StoredFlowsSql.Node)),
        ("Layer7", KqlType.Dynamic, new(StoredFlowsSql.Layer7)),
        ("Reply", KqlType.Bool, new("reply")),
        ("EventType", KqlType.Dynamic, new(StoredFlowsSql.EventType)),
        ("Service", KqlType.Dynamic, new(StoredFlowsSql.Service)),
        ("TrafficDirection", KqlType.String, StoredFlowsSql.Plain("direction")),
        ("TraceObservationPoint", KqlType.String, StoredFlowsSql.Plain("point")),
        ("IngressFlowCount", KqlType.Int, new(StoredFlowsSql.Count("ingress_count"))),
        ("EgressFlowCount", KqlType.Int, new(StoredFlowsSql.Count("egress_count"))),
        ("UnknownDirectionFlowCount", KqlType.Int, new(StoredFlowsSql.Count("unknown_count"))),
        ("Policies", KqlType.Dynamic, new(StoredFlowsSql.Policies)),
        ("AdditionalFlowData", KqlType.Dynamic, new(StoredFlowsSql.Additional)),
        ("TenantId", KqlType.String, _none),
        ("SourceSystem", KqlType.String, _none),
        ("Type", KqlType.String, new($"'{Names[0]}'")),
        ("_ResourceId", KqlType.String, _none),
        ("_SubscriptionId", KqlType.String, _none),
        ("_IsBillable", KqlType.String, _none),
        ("_BilledSize", KqlType.Real, new("NULL::DOUBLE")),
    ];

    private static readonly FrozenDictionary<string, StoredValue> _stored = _all.ToFrozenDictionary(c => c.Name, c => c.Stored, StringComparer.Ordinal);

    /// <summary>Names and types in order.</summary>
    public static ImmutableArray<(string Name, KqlType Type)> Columns { get; } = [.. _all.Select(c => (c.Name, c.Type))];

    /// <summary>What stands in FROM.</summary>
    internal const string Source = "flows";

    /// <summary>The statement that makes the table: a text is never null, a dynamic value is its JSON.</summary>
    internal static string Create { get; } = $"CREATE TABLE {Source} ({string.Join(", ", Columns.Select(c => $"\"{c.Name}\" {Sql(c.Type)}"))})";

    /// <summary>A column over a segment's columns.</summary>
    internal static StoredValue Stored(string column) => _stored[column];

    private static IEnumerable<(string, KqlType, StoredValue)> End(string name, string stored) =>
    [
        (name + "Identity", KqlType.Int, new(StoredFlowsSql.Identity(stored))),
        (name + "ClusterName", KqlType.String, StoredFlowsSql.Plain(stored + "_cluster")),
        (name + "Namespace", KqlType.String, StoredFlowsSql.Plain(stored + "_namespace")),
        (name + "PodName", KqlType.String, StoredFlowsSql.Plain(stored + "_pod")),
        (name + "Workloads", KqlType.Dynamic, new(StoredFlowsSql.Workloads(stored))),
    ];

    private static string Sql(KqlType type) => type switch
    {
        KqlType.DateTime => "BIGINT",
        KqlType.Int => "INTEGER",
        KqlType.Bool => "BOOLEAN",
        KqlType.Real => "DOUBLE",
        KqlType.String => "VARCHAR NOT NULL",
        _ => "VARCHAR",
    };
}
