using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Relay;

/// <summary>A request for stored flows, understood once: which flows, of which time, and in which form they leave.</summary>
public sealed class HistoryRequest
{
    private readonly FlowQuery _query;

    private HistoryRequest(FlowQuery query) => _query = query;

    /// <summary>The earliest time, in nanoseconds since 1970; the smallest number when there is none.</summary>
    public long Since => _query.Window.Since;

    /// <summary>The latest time, in nanoseconds since 1970.</summary>
    public long Until => _query.Window.Until;

    /// <summary>How many flows at most; null for all.</summary>
    public long? Most => _query.Number == 0 ? null : (long)Math.Min(_query.Number, long.MaxValue);

    /// <summary>Whether the last so many are wanted, and not the first.</summary>
    public bool IsFromTheEnd => Most is not null && !_query.First;

    /// <summary>Reads a request.</summary>
    /// <exception cref="Grpc.Core.RpcException">InvalidArgument: a filter or the mask makes no sense; the message says what and where.</exception>
    public static HistoryRequest Of(GetFlowsRequest request) => new(FlowQuery.Compile(request, NodeFacts.Unknown));

    /// <summary>Whether a flow is asked for.</summary>
    public bool Matches(in Flow flow) =>
        !_query.Window.IsBefore(flow.TimeNanoseconds) && !_query.Window.IsAfter(flow.TimeNanoseconds) && _query.Selection.Matches(flow);

    /// <summary>A flow as it goes to the client, with the fields that it asked for.</summary>
    public FlowFrame Frame(in Flow flow) => FlowFrame.Of(new GetFlowsResponse
    {
        Flow = _query.Mask.Apply(FlowMessage.Of(flow)),
        NodeName = flow.NodeName ?? "",
        Time = FlowMessage.TimeOf(flow.TimeNanoseconds),
    });
}
