using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Weir.FlowLog.Node;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog;

public sealed class ExportWriterTests
{
    private static readonly JsonFormatter _formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    public static TheoryData<string> Kinds => ["drop", "forwarded", "udp6", "icmp", "dns query", "dns answer", "dns error", "http request", "http response", "bare"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_line_is_what_protobuf_itself_would_write(string kind)
    {
        var flow = FlowOf(kind);
        using var writer = new ExportWriter();
        for (var again = 0; again < 2; again++)
        {
            var line = Encoding.UTF8.GetString(writer.Write(flow).Span);

            Assert.EndsWith("}\n", line, StringComparison.Ordinal);
            Assert.Equal(1, line.Count(c => c == '\n'));
            var ours = JsonNode.Parse(line)!;
            var event_ = new ExportEvent { Flow = FlowMessage.Of(flow), NodeName = flow.NodeName ?? "", Time = FlowMessage.TimeOf(flow.TimeNanoseconds) };
            var theirs = JsonNode.Parse(_formatter.Format(event_))!;
            Assert.True(JsonNode.DeepEquals(ours, theirs), $"{ours.ToJsonString()}\n{theirs.ToJsonString()}");
        }
    }

    [Fact]
    public void A_line_of_known_ends_allocates_nothing()
    {
        using var writer = new ExportWriter();
        var flow = FlowOf("drop");
        for (var i = 0; i < 100; i++) writer.Write(flow);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            flow.SourcePort++;
            flow.TimeNanoseconds += 1001;
            writer.Write(flow);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Text_from_outside_stays_text()
    {
        using var writer = new ExportWriter();
        var flow = FlowOf("http request");
        flow.Http = flow.Http! with { Url = "http://x/\"},\n{\"flow\":1}\u0000é" };

        var line = Encoding.UTF8.GetString(writer.Write(flow).Span);

        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.Equal(flow.Http.Url, (string?)JsonNode.Parse(line)!["flow"]!["l7"]!["http"]!["url"]);
    }

    [Fact]
    public void Lost_flows_are_a_line_of_their_own()
    {
        using var writer = new ExportWriter();
        var line = JsonDocument.Parse(writer.WriteLost(17, "node1", 1_700_000_000_000_000_000)).RootElement;

        Assert.Equal("17", line.GetProperty("lost_events").GetProperty("num_events_lost").GetString());
        Assert.Equal("2023-11-14T22:13:20Z", line.GetProperty("time").GetString());
    }

    private static Flow FlowOf(string kind)
    {
        var flow = kind is "drop" ? Flows.Drop() : kind is "bare" ? new Flow { NodeName = "n" } : Flows.Forwarded(3002);
        flow.TimeNanoseconds = 1_772_359_200_123_456_700;
        switch (kind)
        {
            case "udp6":
                flow.Protocol = IpProtocol.Udp;
                flow.SourceAddress = IpAddress.Parse("fd00:192:168:1::5");
                flow.DestinationAddress = IpAddress.Parse("2001:db8::1");
                flow.IsReply = true;
                flow.Reason = TraceReason.Reply;
                flow.DestinationService = new ServiceReference("pets", "store-front");
                flow.ProxyPort = 10001;
                flow.InterfaceIndex = 7;
                break;
            case "icmp":
                (flow.Protocol, flow.SourcePort, flow.DestinationPort) = (IpProtocol.Icmp, 8, 0);
                break;
            case "dns query" or "dns answer" or "dns error":
                flow.Kind = FlowKind.L7;
                flow.Dns = new DnsExchange
                {
                    Query = "api.github.com.",
                    QueryTypes = ["A", "AAAA"],
                    IsResponse = kind != "dns query",
                    ResponseCode = (ushort)(kind == "dns error" ? 3 : 0),
                    Addresses = kind == "dns answer" ? [IpAddress.Parse("140.82.112.6"), IpAddress.Parse("2001:db8::7")] : [],
                    CanonicalNames = kind == "dns answer" ? ["github.example."] : [],
                    RecordTypes = kind == "dns answer" ? ["CNAME", "A"] : [],
                    TtlSeconds = kind == "dns answer" ? 60u : 0,
                };
                break;
            case "http request" or "http response":
                flow.Kind = FlowKind.L7;
                flow.Http = new HttpExchange
                {
                    Method = "GET",
                    Url = "http://product-service:3002/?a=1&b=é",
                    Protocol = "HTTP/1.1",
                    IsResponse = kind == "http response",
                    Status = (ushort)(kind == "http response" ? 403 : 0),
                    Latency = kind == "http response" ? TimeSpan.FromMicroseconds(1234.5) : TimeSpan.Zero,
                    Headers = [new("user-agent", "wget"), new("x", "")],
                };
                break;
        }

        return flow;
    }
}
