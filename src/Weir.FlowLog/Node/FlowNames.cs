using Weir.Model;

namespace Weir.FlowLog.Node;

/// <summary>The names that Hubble's enumerations have in JSON.</summary>
internal static class FlowNames
{
    public static ReadOnlySpan<byte> Of(Verdict verdict) => verdict switch
    {
        Verdict.Forwarded => "FORWARDED"u8,
        Verdict.Dropped => "DROPPED"u8,
        Verdict.Error => "ERROR"u8,
        Verdict.Audit => "AUDIT"u8,
        Verdict.Redirected => "REDIRECTED"u8,
        _ => "VERDICT_UNKNOWN"u8,
    };

    public static ReadOnlySpan<byte> Of(ObservationPoint point) => point switch
    {
        ObservationPoint.ToProxy => "TO_PROXY"u8,
        ObservationPoint.ToHost => "TO_HOST"u8,
        ObservationPoint.ToStack => "TO_STACK"u8,
        ObservationPoint.FromEndpoint => "FROM_ENDPOINT"u8,
        ObservationPoint.FromProxy => "FROM_PROXY"u8,
        ObservationPoint.FromHost => "FROM_HOST"u8,
        ObservationPoint.FromStack => "FROM_STACK"u8,
        ObservationPoint.FromNetwork => "FROM_NETWORK"u8,
        ObservationPoint.ToNetwork => "TO_NETWORK"u8,
        ObservationPoint.ToEndpoint => "TO_ENDPOINT"u8,
        _ => "UNKNOWN_POINT"u8,
    };

    public static ReadOnlySpan<byte> Of(TraceReason reason) => reason switch
    {
        TraceReason.New => "NEW"u8,
        TraceReason.Established => "ESTABLISHED"u8,
        TraceReason.Reply => "REPLY"u8,
        TraceReason.Related => "RELATED"u8,
        _ => "TRACE_REASON_UNKNOWN"u8,
    };
}
