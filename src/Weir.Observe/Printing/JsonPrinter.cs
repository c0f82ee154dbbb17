using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Printing;

/// <summary>Prints an answer a line as JSON, which <c>--input-file</c> reads back.</summary>
public sealed class JsonPrinter(PrintOptions options, TextWriter output, TextWriter error) : FlowPrinter(options, output, error)
{
    /// <inheritdoc/>
    protected override void PrintFlow(GetFlowsResponse response) => Output.Write(HubbleJson.Of(response) + "\n");

    /// <inheritdoc/>
    protected override void PrintLoss(GetFlowsResponse response) => Output.Write(HubbleJson.Of(response) + "\n");

    /// <inheritdoc/>
    protected override void PrintNode(GetFlowsResponse response) => Error.Write(HubbleJson.Of(response) + "\n");
}
