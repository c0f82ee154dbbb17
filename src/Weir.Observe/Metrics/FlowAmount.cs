using Weir.Model;

namespace Weir.Observe.Metrics;

/// <summary>What a flow adds to a series.</summary>
internal enum FlowAmount
{
    /// <summary>One.</summary>
    One,

    /// <summary>One, and the equal drops that were not reported each.</summary>
    Drops,

    /// <summary>The bytes in the flow's direction.</summary>
    Bytes,

    /// <summary>The bytes the other way.</summary>
    ReplyBytes,

    /// <summary>The packets in the flow's direction.</summary>
    Packets,

    /// <summary>The packets the other way.</summary>
    ReplyPackets,

    /// <summary>Seconds from request to response.</summary>
    Latency,
}

/// <summary>What one flow of a shape adds to one series.</summary>
internal readonly record struct FlowStep(FlowSeries Series, FlowAmount Amount, bool HasExemplar = false)
{
    /// <summary>Adds it. Allocates nothing, but for an exemplar.</summary>
    public void Take(in Flow flow)
    {
        var amount = Amount switch
        {
            FlowAmount.Drops => 1.0 + flow.Suppressed,
            FlowAmount.Bytes => flow.Bytes,
            FlowAmount.ReplyBytes => flow.ReplyBytes,
            FlowAmount.Packets => flow.Packets,
            FlowAmount.ReplyPackets => flow.ReplyPackets,
            FlowAmount.Latency => flow.Http!.Latency.TotalSeconds,
            _ => 1,
        };
        if (HasExemplar && flow.Http is { TraceId: { } trace }) Series.Add(amount, trace);
        else if (amount > 0 || Amount == FlowAmount.Latency) Series.Add(amount);
    }
}
