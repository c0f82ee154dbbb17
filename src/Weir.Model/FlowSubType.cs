namespace Weir.Model;

/// <summary>The <c>event_type.sub_type</c> of Hubble's flows.</summary>
public static class FlowSubType
{
    /// <summary>Of a flow.</summary>
    public static int Of(in Flow flow) => Of((int)flow.Kind, (int)flow.DropReason, (int)flow.Point);

    /// <summary>The drop's reason, or the trace's point in the datapath's numbering; 0 of anything else.</summary>
    /// <param name="kind">A <see cref="FlowKind"/>.</param>
    /// <param name="reason">A <see cref="DropReason"/>.</param>
    /// <param name="point">An <see cref="ObservationPoint"/>.</param>
    public static int Of(int kind, int reason, int point) => (FlowKind)kind switch
    {
        FlowKind.Drop => reason,

        // The datapath's numbering differs from the enumeration for to-endpoint alone.
        FlowKind.Trace => point == (int)ObservationPoint.ToEndpoint ? 0 : point,
        _ => 0,
    };
}
