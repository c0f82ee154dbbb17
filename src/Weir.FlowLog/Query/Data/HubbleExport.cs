using System.Text;
using System.Text.Json;

namespace Weir.FlowLog.Query.Data;

/// <summary>
/// A line of Hubble's export as a row of the table: what the log agent of Azure does with it (microsoft/Docker-Provider,
/// mapNetworkFlowLogsToDataMap). What is absent in the flow is absent in the row.
/// </summary>
internal static class HubbleExport
{
    public static string ToRow(JsonElement line, JsonElement flow)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Copy(json, "TimeGenerated", flow, "time", line);
            Copy(json, "UUID", flow, "uuid");
            Copy(json, "Verdict", flow, "verdict");
            Copy(json, "DropReason", flow, "drop_reason_desc");
            Copy(json, "IP", flow, "IP");
            Copy(json, "Layer4", flow, "l4");
            Copy(json, "Layer7", flow, "l7");
            Side(json, flow, "source", "Source");
            Side(json, flow, "destination", "Destination");
            Copy(json, "FlowType", flow, "Type");
            Node(json, flow, line);
            Copy(json, "Reply", flow, "is_reply");
            Copy(json, "EventType", flow, "event_type");
            Service(json, flow);
            Copy(json, "TrafficDirection", flow, "traffic_direction");
            Copy(json, "TraceObservationPoint", flow, "trace_observation_point");
            Counts(json, flow);
            Policies(json, flow);
            Additional(json, flow);
            json.WriteString("Type", FlowTable.Names[0]);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Copy(Utf8JsonWriter json, string name, JsonElement from, string property, JsonElement otherwise = default)
    {
        if (!from.TryGetProperty(property, out var value) && (otherwise.ValueKind != JsonValueKind.Object || !otherwise.TryGetProperty(property, out value))) return;
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    private static void Side(Utf8JsonWriter json, JsonElement flow, string property, string prefix)
    {
        if (!flow.TryGetProperty(property, out var side)) return;
        if (side.TryGetProperty("identity", out var identity) && identity.TryGetInt64(out var number) && number is not 0 and <= int.MaxValue) json.WriteNumber(prefix + "Identity", number);
        Copy(json, prefix + "ClusterName", side, "cluster_name");
        Copy(json, prefix + "Namespace", side, "namespace");
        Copy(json, prefix + "PodName", side, "pod_name");
        Copy(json, prefix + "Workloads", side, "workloads");
    }

    // "cluster/node" is just the node in the table.
    private static void Node(Utf8JsonWriter json, JsonElement flow, JsonElement line)
    {
        if (!flow.TryGetProperty("node_name", out var node) && !line.TryGetProperty("node_name", out node)) return;
        if (node.ValueKind != JsonValueKind.String) return;
        var name = node.GetString()!;
        json.WriteString("NodeName", name[(name.LastIndexOf('/') + 1)..]);
    }

    private static void Service(Utf8JsonWriter json, JsonElement flow)
    {
        var source = flow.TryGetProperty("source_service", out var from);
        var destination = flow.TryGetProperty("destination_service", out var to);
        if (!source && !destination) return;
        json.WriteStartObject("Service");
        if (source) Names(json, from, "Source");
        if (destination) Names(json, to, "Destination");
        json.WriteEndObject();
    }

    private static void Names(Utf8JsonWriter json, JsonElement service, string prefix)
    {
        Copy(json, prefix + "Service", service, "name");
        Copy(json, prefix + "ServiceNamespace", service, "namespace");
    }

    // A single record is one flow in its direction; an aggregate says how many it stands for.
    private static void Counts(Utf8JsonWriter json, JsonElement flow)
    {
        if (flow.TryGetProperty("aggregate", out var aggregate) && aggregate.ValueKind == JsonValueKind.Object)
        {
            Copy(json, "IngressFlowCount", aggregate, "ingress_flow_count");
            Copy(json, "EgressFlowCount", aggregate, "egress_flow_count");
            Copy(json, "UnknownDirectionFlowCount", aggregate, "unknown_direction_flow_count");
            return;
        }

        var direction = flow.TryGetProperty("traffic_direction", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : "";
        json.WriteNumber("IngressFlowCount", direction == "INGRESS" ? 1 : 0);
        json.WriteNumber("EgressFlowCount", direction == "EGRESS" ? 1 : 0);
        json.WriteNumber("UnknownDirectionFlowCount", direction is "INGRESS" or "EGRESS" ? 0 : 1);
    }

    // The agent of Azure puts the lists of policies into the object as texts.
    private static void Policies(Utf8JsonWriter json, JsonElement flow)
    {
        string[] lists = ["egress_allowed_by", "ingress_allowed_by", "egress_denied_by", "ingress_denied_by"];
        if (!lists.Any(l => flow.TryGetProperty(l, out _))) return;
        json.WriteStartObject("Policies");
        foreach (var list in lists)
            if (flow.TryGetProperty(list, out var value)) json.WriteString(list, value.GetRawText());
        json.WriteEndObject();
    }

    private static void Additional(Utf8JsonWriter json, JsonElement flow)
    {
        json.WriteStartObject("AdditionalFlowData");
        if (flow.TryGetProperty("ethernet", out var ethernet))
        {
            Copy(json, "EthernetSource", ethernet, "source");
            Copy(json, "EthernetDestination", ethernet, "destination");
        }

        if (flow.TryGetProperty("source", out var source)) Copy(json, "SourceLabels", source, "labels");
        if (flow.TryGetProperty("destination", out var destination)) Copy(json, "DestinationLabels", destination, "labels");
        Copy(json, "Summary", flow, "Summary");
        Copy(json, "Extensions", flow, "extensions");
        json.WriteEndObject();
    }
}
