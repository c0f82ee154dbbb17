using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Relay;

/// <summary>Flows that are older than what the nodes' rings hold: the log store of a hub, where there is one.</summary>
public interface IFlowHistory
{
    /// <summary>What readers are told by when it does not answer.</summary>
    string Name { get; }

    /// <summary>Reads flows in the order of time.</summary>
    /// <param name="request">What is asked for: its filters, its mask, how many, and its times; <c>until</c> is always set, and both ends count.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Grpc.Core.RpcException">It cannot answer; the status says why, and goes to the client.</exception>
    IAsyncEnumerable<FlowFrame> ReadAsync(GetFlowsRequest request, CancellationToken cancellation);
}
