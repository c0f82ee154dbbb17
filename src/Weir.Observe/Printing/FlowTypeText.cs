using System.Globalization;
using Google.Protobuf.Reflection;
using Weir.Model;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Printing;

/// <summary>What kind of event a flow is, in Hubble's words.</summary>
public static class FlowTypeText
{
    private const int Capture = 3, TraceSock = 7;

    private static readonly string[] _points =
    [
        "to-endpoint", "to-proxy", "to-host", "to-stack", "to-overlay", "from-endpoint", "from-proxy", "from-host", "from-stack",
        "from-overlay", "from-network", "to-network", "from-crypto", "to-crypto",
    ];

    private static readonly string[] _matches = ["none", "L3-Only", "L3-L4", "L4-Only", "all", "L3-Proto", "Proto-Only"];

    /// <summary>The trace points' names in the order of the datapath's numbers.</summary>
    public static IReadOnlyList<string> TracePoints => _points;

    /// <summary>The text, such as <c>Policy denied</c>, <c>to-endpoint</c>, <c>policy-verdict:L3-L4 EGRESS</c>, <c>dns-request proxy</c>.</summary>
    public static string Of(Msg.Flow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (flow.L7 is { } l7) return OfLayer7(l7);
        var subType = (byte)(flow.EventType?.SubType ?? 0);
        return flow.EventType?.Type switch
        {
            (int)FlowKind.Drop => DropText.Of(subType),
            (int)FlowKind.Trace => subType < _points.Length ? _points[subType] : subType.ToString(CultureInfo.InvariantCulture),
            (int)FlowKind.PolicyVerdict => $"policy-verdict:{Match(flow.PolicyMatchType)} {Name("TrafficDirection", (int)flow.TrafficDirection)}",
            Capture => Name("DebugCapturePoint", (int)flow.DebugCapturePoint),
            TraceSock => flow.SockXlatePoint switch
            {
                Msg.SocketTranslationPoint.SockXlatePointPostDirectionFwd => "post-xlate-fwd",
                Msg.SocketTranslationPoint.SockXlatePointPostDirectionRev => "post-xlate-rev",
                Msg.SocketTranslationPoint.SockXlatePointPreDirectionFwd => "pre-xlate-fwd",
                Msg.SocketTranslationPoint.SockXlatePointPreDirectionRev => "pre-xlate-rev",
                _ => Name("SocketTranslationPoint", (int)flow.SockXlatePoint),
            },
            _ => "UNKNOWN",
        };
    }

    private static string OfLayer7(Msg.Layer7 l7)
    {
        var kind = Name("L7FlowType", (int)l7.Type).ToLowerInvariant();
        return l7.RecordCase switch
        {
            Msg.Layer7.RecordOneofCase.Http => $"http-{kind}",
            Msg.Layer7.RecordOneofCase.Dns => $"dns-{kind} {l7.Dns.ObservationSource}",
            Msg.Layer7.RecordOneofCase.Kafka => $"kafka-{kind}",
            _ => $"l7-{kind}",
        };
    }

    private static string Match(uint match) => match < _matches.Length ? _matches[match] : match.ToString(CultureInfo.InvariantCulture);

    private static string Name(string type, int value) => HubbleJson.NameOf(Msg.FlowReflection.Descriptor.FindTypeByName<EnumDescriptor>(type), value);
}
