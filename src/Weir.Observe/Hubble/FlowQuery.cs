using Grpc.Core;
using Weir.Observe.Filters;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Hubble;

/// <summary>A request for flows, understood and compiled once.</summary>
/// <param name="Selection">Which flows.</param>
/// <param name="Mask">Which of their fields.</param>
/// <param name="Window">Of which time.</param>
/// <param name="Number">How many; 0 for all.</param>
/// <param name="First">Whether the first that many, and not the last.</param>
/// <param name="Follow">Whether to go on with what comes.</param>
internal sealed record FlowQuery(FlowSelection Selection, FlowMask Mask, TimeWindow Window, ulong Number, bool First, bool Follow)
{
    /// <summary>Compiles a request.</summary>
    /// <exception cref="RpcException">InvalidArgument: a filter or the mask makes no sense; the message says what and where.</exception>
    public static FlowQuery Compile(GetFlowsRequest request, NodeFacts facts)
    {
        if (request is { First: true, Follow: true })
            throw new RpcException(new Status(StatusCode.InvalidArgument, "first and follow exclude each other: the first flows are those that are there."));
        try
        {
            return new FlowQuery(
                new FlowSelection(request.Whitelist, request.Blacklist, facts),
                FlowMask.Of(request.FieldMask),
                new TimeWindow(request.Since, request.Until),
                request.Number,
                request.First,
                request.Follow);
        }
        catch (FilterException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }
    }
}
