using System.Buffers.Text;
using System.Text.Json;
using Weir.Model;

namespace Weir.FlowLog.Node;

/// <summary>The field <c>l7</c>: what a proxy saw.</summary>
internal sealed class Layer7Json(Utf8JsonWriter json, SharedJson shared)
{
    public void Write(in Flow flow)
    {
        json.WriteStartObject("l7"u8);
        if (flow.Dns is { } dns)
        {
            json.WriteString("type"u8, dns.IsResponse ? "RESPONSE"u8 : "REQUEST"u8);
            WriteDns(dns);
        }
        else if (flow.Http is { } http)
        {
            json.WriteString("type"u8, http.IsResponse ? "RESPONSE"u8 : "REQUEST"u8);
            WriteHttp(http);
        }

        json.WriteEndObject();
    }

    private void WriteDns(DnsExchange dns)
    {
        json.WriteStartObject("dns"u8);
        json.WriteString("query"u8, dns.Query);
        if (dns.Addresses.Count > 0)
        {
            json.WriteStartArray("ips"u8);
            for (var i = 0; i < dns.Addresses.Count; i++) json.WriteStringValue(shared.Of(dns.Addresses[i]));
            json.WriteEndArray();
        }

        if (dns.TtlSeconds != 0) json.WriteNumber("ttl"u8, dns.TtlSeconds);
        WriteTexts("cnames"u8, dns.CanonicalNames);
        json.WriteString("observation_source"u8, "proxy"u8);
        if (dns.ResponseCode != 0) json.WriteNumber("rcode"u8, dns.ResponseCode);
        WriteTexts("qtypes"u8, dns.QueryTypes);
        WriteTexts("rrtypes"u8, dns.RecordTypes);
        json.WriteEndObject();
    }

    private void WriteHttp(HttpExchange http)
    {
        if (http.Latency != TimeSpan.Zero)
        {
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(http.Latency.Ticks * TimeSpan.NanosecondsPerTick, digits, out var length);
            json.WriteString("latency_ns"u8, digits[..length]);
        }

        json.WriteStartObject("http"u8);
        if (http.Status != 0) json.WriteNumber("code"u8, http.Status);
        json.WriteString("method"u8, http.Method);
        json.WriteString("url"u8, http.Url);
        json.WriteString("protocol"u8, http.Protocol);
        if (http.Headers.Count > 0)
        {
            json.WriteStartArray("headers"u8);
            for (var i = 0; i < http.Headers.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("key"u8, http.Headers[i].Key);
                if (http.Headers[i].Value.Length > 0) json.WriteString("value"u8, http.Headers[i].Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteTexts(ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        json.WriteStartArray(name);
        for (var i = 0; i < texts.Count; i++) json.WriteStringValue(texts[i]);
        json.WriteEndArray();
    }
}
