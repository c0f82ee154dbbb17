namespace Weir.Model;

/// <summary>The words that Hubble has for what a flow says, as UTF-8.</summary>
public static class FlowNames
{
    /// <summary>A verdict, as in Hubble's JSON.</summary>
    public static ReadOnlySpan<byte> Of(Verdict verdict) => verdict switch
    {
        Verdict.Forwarded => "FORWARDED"u8,
        Verdict.Dropped => "DROPPED"u8,
        Verdict.Error => "ERROR"u8,
        Verdict.Audit => "AUDIT"u8,
        Verdict.Redirected => "REDIRECTED"u8,
        _ => "VERDICT_UNKNOWN"u8,
    };

    /// <summary>Where a packet was seen, as in Hubble's JSON.</summary>
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

    /// <summary>What connection tracking said, as in Hubble's JSON.</summary>
    public static ReadOnlySpan<byte> Of(TraceReason reason) => reason switch
    {
        TraceReason.New => "NEW"u8,
        TraceReason.Established => "ESTABLISHED"u8,
        TraceReason.Reply => "REPLY"u8,
        TraceReason.Related => "RELATED"u8,
        _ => "TRACE_REASON_UNKNOWN"u8,
    };

    /// <summary>Where a packet was seen, as Hubble's client and metrics write it; empty where that is not known.</summary>
    public static ReadOnlySpan<byte> Spoken(ObservationPoint point) => point switch
    {
        ObservationPoint.ToProxy => "to-proxy"u8,
        ObservationPoint.ToHost => "to-host"u8,
        ObservationPoint.ToStack => "to-stack"u8,
        ObservationPoint.FromEndpoint => "from-endpoint"u8,
        ObservationPoint.FromProxy => "from-proxy"u8,
        ObservationPoint.FromHost => "from-host"u8,
        ObservationPoint.FromStack => "from-stack"u8,
        ObservationPoint.FromNetwork => "from-network"u8,
        ObservationPoint.ToNetwork => "to-network"u8,
        ObservationPoint.ToEndpoint => "to-endpoint"u8,
        _ => default,
    };
}
