using Weir.Hub.Ui.Flows;
using Weir.Model;

namespace Weir.Hub.Ui.Map;

/// <summary>As what a flow counts, so that a connection that is seen at several places counts once.</summary>
internal enum FlowCount
{
    /// <summary>Not at all: it is seen elsewhere too, or tells of a reply.</summary>
    None,

    /// <summary>Something that arrived, or left the cluster.</summary>
    Passed,

    /// <summary>Something that was dropped or refused.</summary>
    Dropped,

    /// <summary>An answer that is an error: HTTP 4xx and 5xx, DNS with an error code.</summary>
    Error,

    /// <summary>A request or lookup that was answered.</summary>
    Request,
}

/// <summary>Tells as what flows count.</summary>
internal static class FlowCounts
{
    /// <summary>As what a flow counts.</summary>
    public static FlowCount Of(in FlowView flow)
    {
        switch ((FlowKind)flow.Kind)
        {
            case FlowKind.Drop:
                return FlowCount.Dropped;
            case FlowKind.L7 when flow.Verdict == (int)Verdict.Dropped:
                return flow.L7.IsResponse ? FlowCount.None : FlowCount.Dropped;
            case FlowKind.L7 when flow.L7.IsResponse:
                return flow.L7.Code >= (flow.L7.IsHttp ? 400 : 1) ? FlowCount.Error : flow.L7.IsHttp || flow.L7.IsDns ? FlowCount.Request : FlowCount.None;
            case FlowKind.Trace when flow.IsReply != true:
                // A pod's traffic is counted where it arrives; what goes elsewhere is counted where it leaves.
                var arrives = flow.Point == (int)ObservationPoint.ToEndpoint;
                var leaves = flow.Point is (int)ObservationPoint.ToNetwork or (int)ObservationPoint.ToStack or (int)ObservationPoint.ToHost;
                return (flow.Destination.Pod.IsEmpty ? leaves : arrives) ? FlowCount.Passed : FlowCount.None;
            default:
                return FlowCount.None;
        }
    }
}
