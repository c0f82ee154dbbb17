using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary>Prints what observers answer.</summary>
internal interface IFlowWriter
{
    /// <summary>Prints one response: a flow, or how many were lost.</summary>
    Task WriteAsync(GetFlowsResponse response);
}
