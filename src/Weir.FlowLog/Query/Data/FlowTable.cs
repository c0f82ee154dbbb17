using System.Collections.Immutable;
using Weir.Kql.Types;

namespace Weir.FlowLog.Query.Data;

/// <summary>
/// The table of flows as queries see it: the columns of Azure's ContainerNetworkLogs, under that name and under the older
/// RetinaNetworkFlowLogs (Azure Monitor's reference, tables/containernetworklogs, July 2026).
/// </summary>
public static class FlowTable
{
    /// <summary>The names of the table.</summary>
    public static ImmutableArray<string> Names { get; } = ["ContainerNetworkLogs", "RetinaNetworkFlowLogs"];

    /// <summary>Names and types in order.</summary>
    public static ImmutableArray<(string Name, KqlType Type)> Columns { get; } =
    [
        ("TimeGenerated", KqlType.DateTime), ("UUID", KqlType.String), ("Verdict", KqlType.String), ("DropReason", KqlType.String),
        ("IP", KqlType.Dynamic), ("Layer4", KqlType.Dynamic),
        ("SourceIdentity", KqlType.Int), ("SourceClusterName", KqlType.String), ("SourceNamespace", KqlType.String), ("SourcePodName", KqlType.String), ("SourceWorkloads", KqlType.Dynamic),
        ("DestinationIdentity", KqlType.Int), ("DestinationClusterName", KqlType.String), ("DestinationNamespace", KqlType.String), ("DestinationPodName", KqlType.String), ("DestinationWorkloads", KqlType.Dynamic),
        ("FlowType", KqlType.String), ("NodeName", KqlType.String), ("Layer7", KqlType.Dynamic), ("Reply", KqlType.Bool), ("EventType", KqlType.Dynamic), ("Service", KqlType.Dynamic),
        ("TrafficDirection", KqlType.String), ("TraceObservationPoint", KqlType.String),
        ("IngressFlowCount", KqlType.Int), ("EgressFlowCount", KqlType.Int), ("UnknownDirectionFlowCount", KqlType.Int),
        ("Policies", KqlType.Dynamic), ("AdditionalFlowData", KqlType.Dynamic),
        ("TenantId", KqlType.String), ("SourceSystem", KqlType.String), ("Type", KqlType.String), ("_ResourceId", KqlType.String), ("_SubscriptionId", KqlType.String), ("_IsBillable", KqlType.String), ("_BilledSize", KqlType.Real),
    ];

    /// <summary>What stands in FROM.</summary>
    internal const string Source = "flows";

    /// <summary>The statement that makes the table: a text is never null, a dynamic value is its JSON.</summary>
    internal static string Create { get; } = $"CREATE TABLE {Source} ({string.Join(", ", Columns.Select(c => $"\"{c.Name}\" {Sql(c.Type)}"))})";

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
