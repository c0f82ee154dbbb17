using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weir.Model;

namespace Weir.FlowLog.Node;

/// <summary>Writes flows as Hubble's exporter does: one <c>ExportEvent</c> a line, in protobuf's JSON with the names of the .proto files.</summary>
/// <remarks>
/// Source: Cilium API v1.19, observer.proto and flow.proto. Zero values are left out, enumerations are names, 64-bit numbers are
/// texts. Allocates nothing for a flow whose ends, rules and addresses it has written before. One thread.
/// </remarks>
public sealed class ExportWriter : IDisposable
{
    private const int MaxSummary = 1024;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly SharedJson _shared = new();
    private readonly Layer7Json _layer7;
    private readonly byte[] _time = new byte[40];
    private readonly char[] _summary = new char[MaxSummary];

    /// <summary>Makes a writer with an empty line.</summary>
    public ExportWriter()
    {
        _json = new Utf8JsonWriter(_buffer, Options);
        _layer7 = new Layer7Json(_json, _shared);
    }

    internal static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The line of one flow, with its newline. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Write(in Flow flow)
    {
        Begin();
        _json.WriteStartObject();
        _json.WriteStartObject("flow"u8);
        WriteFlow(flow);
        _json.WriteEndObject();
        End(flow.NodeName, flow.TimeNanoseconds);
        return _buffer.WrittenMemory;
    }

    /// <summary>The line that says how many flows never reached the log, with its newline. Valid until the next call.</summary>
    /// <param name="count">How many since the last such line.</param>
    /// <param name="node">The node.</param>
    /// <param name="timeNanoseconds">When that was noticed, since 1970.</param>
    public ReadOnlyMemory<byte> WriteLost(long count, string node, long timeNanoseconds)
    {
        Begin();
        _json.WriteStartObject();
        _json.WriteStartObject("lost_events"u8);
        _json.WriteString("source"u8, "HUBBLE_RING_BUFFER"u8);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(count, digits, out var length);
        _json.WriteString("num_events_lost"u8, digits[..length]);
        _json.WriteEndObject();
        End(node, timeNanoseconds);
        return _buffer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
    }

    private void End(string? node, long timeNanoseconds)
    {
        if (!string.IsNullOrEmpty(node)) _json.WriteString("node_name"u8, node);
        _json.WriteString("time"u8, TimeText.Write(timeNanoseconds, _time));
        _json.WriteEndObject();
        _json.Flush();
        _buffer.GetSpan(1)[0] = (byte)'\n';
        _buffer.Advance(1);
    }

    private void WriteFlow(in Flow flow)
    {
        _json.WriteString("time"u8, TimeText.Write(flow.TimeNanoseconds, _time));
        _json.WriteString("uuid"u8, FlowUuid.Of(flow));
        if (flow.Verdict != Verdict.Unknown) _json.WriteString("verdict"u8, FlowNames.Of(flow.Verdict));
        if (flow.Verdict == Verdict.Dropped) _json.WriteNumber("drop_reason"u8, (uint)flow.DropReason);
        WriteIp(flow);
        Layer4Json.Write(_json, flow);
        WriteEndpoint("source"u8, flow.Source);
        WriteEndpoint("destination"u8, flow.Destination);
        _json.WriteString("Type"u8, flow.Kind == FlowKind.L7 ? "L7"u8 : "L3_L4"u8);
        if (!string.IsNullOrEmpty(flow.NodeName)) _json.WriteString("node_name"u8, flow.NodeName);
        WriteNames("source_names"u8, flow.Source);
        WriteNames("destination_names"u8, flow.Destination);
        if (flow.Kind == FlowKind.L7) _layer7.Write(flow);
        if (flow.IsReply == true) _json.WriteBoolean("reply"u8, true);
        _json.WriteStartObject("event_type"u8);
        if (flow.Kind != 0) _json.WriteNumber("type"u8, (int)flow.Kind);
        if (FlowSubType.Of(flow) is not 0 and var subType) _json.WriteNumber("sub_type"u8, subType);
        _json.WriteEndObject();
        WriteService("source_service"u8, flow.SourceService);
        WriteService("destination_service"u8, flow.DestinationService);
        if (flow.Direction != TrafficDirection.Unknown)
            _json.WriteString("traffic_direction"u8, flow.Direction == TrafficDirection.Ingress ? "INGRESS"u8 : "EGRESS"u8);
        if (flow is { Kind: FlowKind.PolicyVerdict, Match: not PolicyMatch.None }) _json.WriteNumber("policy_match_type"u8, (uint)flow.Match);
        if (flow.Point != ObservationPoint.Unknown) _json.WriteString("trace_observation_point"u8, FlowNames.Of(flow.Point));
        if (flow.Reason != TraceReason.Unknown) _json.WriteString("trace_reason"u8, FlowNames.Of(flow.Reason));
        if (flow.Verdict == Verdict.Dropped) _json.WriteString("drop_reason_desc"u8, flow.DropReason.Name());
        if (flow.IsReply is { } reply) _json.WriteBoolean("is_reply"u8, reply);
        if (flow.InterfaceIndex != 0)
        {
            _json.WriteStartObject("interface"u8);
            _json.WriteNumber("index"u8, flow.InterfaceIndex);
            _json.WriteEndObject();
        }

        if (flow.ProxyPort != 0) _json.WriteNumber("proxy_port"u8, flow.ProxyPort);
        WriteRules("egress_allowed_by"u8, "egress_denied_by"u8, flow.EgressRules);
        WriteRules("ingress_allowed_by"u8, "ingress_denied_by"u8, flow.IngressRules);
        if (FlowSummary.TryWrite(flow, _summary, out var length) && length > 0) _json.WriteString("Summary"u8, _summary.AsSpan(0, length));
    }

    private void WriteIp(in Flow flow)
    {
        _json.WriteStartObject("IP"u8);
        _json.WriteString("source"u8, _shared.Of(flow.SourceAddress));
        _json.WriteString("destination"u8, _shared.Of(flow.DestinationAddress));
        _json.WriteString("ipVersion"u8, flow.SourceAddress.IsIPv4 ? "IPv4"u8 : "IPv6"u8);
        _json.WriteEndObject();
    }

    private void WriteEndpoint(ReadOnlySpan<byte> name, Endpoint? endpoint)
    {
        if (endpoint is null) return;
        _json.WritePropertyName(name);
        _json.WriteRawValue(_shared.Of(endpoint), skipInputValidation: true);
    }

    private void WriteNames(ReadOnlySpan<byte> name, Endpoint? endpoint)
    {
        if (endpoint is null || endpoint.Names.Count == 0) return;
        _json.WriteStartArray(name);
        for (var i = 0; i < endpoint.Names.Count; i++) _json.WriteStringValue(endpoint.Names[i]);
        _json.WriteEndArray();
    }

    private void WriteService(ReadOnlySpan<byte> name, ServiceReference? service)
    {
        if (service is null) return;
        _json.WriteStartObject(name);
        _json.WriteString("name"u8, service.Name);
        _json.WriteString("namespace"u8, service.Namespace);
        _json.WriteEndObject();
    }

    private void WriteRules(ReadOnlySpan<byte> allowed, ReadOnlySpan<byte> denied, RuleSet? rules)
    {
        if (rules is null || rules.Rules.Count == 0) return;
        _json.WritePropertyName(rules.Basis is DecisionBasis.Allow or DecisionBasis.LocalHost ? allowed : denied);
        _json.WriteRawValue(_shared.Of(rules), skipInputValidation: true);
    }
}
