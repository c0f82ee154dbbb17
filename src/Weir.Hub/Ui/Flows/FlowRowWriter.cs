using System.Text.Json;
using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Flows;

/// <summary>Writes a flow as the row that the web UI shows, straight from the bytes that came: nothing is allocated for a row.</summary>
internal static class FlowRowWriter
{
    /// <summary>Writes the row as an object.</summary>
    public static void Write(Utf8JsonWriter json, in FlowView flow)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, flow.Id);
        FlowTime.Write(json, "time"u8, flow.TimeNanoseconds);
        json.WriteString("verdict"u8, FlowWords.Verdict(flow.Verdict));
        json.WriteString("type"u8, FlowWords.Type(flow.Type));
        json.WriteString("event"u8, FlowWords.Event(flow));
        json.WriteString("direction"u8, FlowWords.Direction(flow.Direction));
        if (flow.IsReply is { } reply) json.WriteBoolean("reply"u8, reply);
        else json.WriteNull("reply"u8);
        json.WriteString("protocol"u8, flow.L7.IsHttp ? "HTTP"u8 : flow.L7.IsDns ? "DNS"u8 : FlowWords.Protocol(flow.Protocol));
        json.WritePropertyName("source"u8);
        WriteEnd(json, flow, isSource: true);
        json.WritePropertyName("destination"u8);
        WriteEnd(json, flow, isSource: false);
        WriteExchange(json, flow.L7);
        json.WriteString("summary"u8, flow.Summary);
        if (flow.Reason != 0) json.WriteString("reason"u8, FlowWords.Reason(flow.Reason));
        WriteRules(json, flow);
        json.WriteString("node"u8, flow.Node);
        if (flow.Count > 1) json.WriteNumber("count"u8, flow.Count);
        json.WriteEndObject();
    }

    private static void WriteEnd(Utf8JsonWriter json, in FlowView flow, bool isSource)
    {
        var end = isSource ? flow.Source : flow.Destination;
        json.WriteStartObject();
        WriteText(json, "namespace"u8, end.Namespace);
        WriteText(json, "pod"u8, end.Pod);
        WriteText(json, "workload"u8, end.Workload);
        WriteText(json, "workloadKind"u8, end.WorkloadKind);
        json.WriteString("ip"u8, isSource ? flow.SourceIp : flow.DestinationIp);
        if (flow.Protocol is Transport.Tcp or Transport.Udp or Transport.Sctp) json.WriteNumber("port"u8, isSource ? flow.SourcePort : flow.DestinationPort);
        json.WriteNumber("identity"u8, end.Identity);
        if (end.Entity is { } entity) json.WriteString("entity"u8, entity);
        WriteList(json, "names"u8, flow.Message, isSource ? Msg.Flow.SourceNamesFieldNumber : Msg.Flow.DestinationNamesFieldNumber);
        var service = isSource ? flow.SourceService : flow.DestinationService;
        if (!service.IsEmpty) WriteText(json, "service"u8, Wire.Text(service, Msg.Service.NameFieldNumber));
        WriteList(json, "labels"u8, end.Message, Msg.Endpoint.LabelsFieldNumber);
        json.WriteEndObject();
    }

    private static void WriteExchange(Utf8JsonWriter json, in L7View l7)
    {
        if (!l7.IsDns && !l7.IsHttp)
        {
            json.WriteNull("l7"u8);
            return;
        }

        json.WriteStartObject("l7"u8);
        json.WriteString("kind"u8, l7.IsDns ? "dns"u8 : "http"u8);
        json.WriteBoolean("request"u8, !l7.IsResponse);
        if (l7.IsHttp)
        {
            json.WriteString("method"u8, l7.Method);
            json.WriteString("url"u8, l7.Url);
            if (l7.IsResponse) json.WriteNumber("code"u8, l7.Code);
        }
        else
        {
            json.WriteString("query"u8, l7.Query);
            if (l7.IsResponse) json.WriteNumber("rcode"u8, l7.Code);
            WriteList(json, "ips"u8, l7.Dns, Msg.DNS.IpsFieldNumber);
        }

        if (l7.LatencyNanoseconds > 0) json.WriteNumber("latencyMs"u8, Math.Round(l7.LatencyNanoseconds / 1e6, 3));
        json.WriteEndObject();
    }

    private static void WriteRules(Utf8JsonWriter json, in FlowView flow)
    {
        json.WriteStartArray("rules"u8);
        var fields = new WireFields(flow.Message);
        while (fields.TryNext(out var field, out _, out var value))
        {
            if (!RuleView.IsRule(field)) continue;
            var rule = new RuleView(value);
            json.WriteStartObject();
            json.WriteString("effect"u8, RuleView.IsAllow(field) ? "allow"u8 : "deny"u8);
            json.WriteString("direction"u8, RuleView.IsEgress(field) ? "egress"u8 : "ingress"u8);
            json.WriteString("kind"u8, rule.Kind);
            json.WriteString("namespace"u8, rule.Namespace);
            json.WriteString("name"u8, rule.Name);
            if (rule.Index >= 0)
            {
                json.WriteNumber("rule"u8, rule.Index);
                json.WriteString("field"u8, rule.Field);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty) json.WriteString(name, value);
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> message, int wanted)
    {
        json.WriteStartArray(name);
        var fields = new WireFields(message);
        while (fields.TryNext(out var field, out _, out var value))
            if (field == wanted) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
