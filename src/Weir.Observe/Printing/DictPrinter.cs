using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Printing;

/// <summary>Prints a flow as a block of names and values.</summary>
public sealed class DictPrinter(PrintOptions options, TextWriter output, TextWriter error) : FlowPrinter(options, output, error)
{
    private const string Between = "------------\n";

    /// <inheritdoc/>
    protected override void PrintFlow(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var flow = response.Flow;
        var (from, to) = Text.Ends(flow);
        var rule = Options.PrintRule && RuleText.Of(flow) is { } by ? $"       RULE: {by}\n" : "";
        var why = Options.Explain && RuleText.Why(flow) is { } because ? $"        WHY: {because}\n" : "";
        Output.Write(Paint.Escape(
            (Lines++ == 0 ? "" : Between)
            + $"  TIMESTAMP: {Time(flow.Time)}\n"
            + (Options.PrintNode ? $"       NODE: {flow.NodeName}\n" : "")
            + $"     SOURCE: {from}\nDESTINATION: {to}\n       TYPE: {FlowTypeText.Of(flow)}\n"
            + $"    VERDICT: {Text.Verdict(flow)}\n    SUMMARY: {Text.Summary(flow)}\n{rule}{why}"));
    }

    /// <inheritdoc/>
    protected override void PrintLoss(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        Output.Write(
            (Lines++ == 0 ? "" : Between) + "  TIMESTAMP: \n" + (Options.PrintNode ? "       NODE: \n" : "")
            + $"     SOURCE: {LossSource(response)}\n       TYPE: EVENTS LOST\n    VERDICT: \n    SUMMARY: {LossSummary(response)}\n");
    }

    /// <inheritdoc/>
    protected override void PrintNode(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var status = response.NodeStatus;
        var state = HubbleJson.NameOf(Wire.Relays.RelayReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("NodeState"), (int)status.StateChange);
        Error.Write(Paint.Escape(
            (Lines == 0 ? "" : Between)
            + $"  TIMESTAMP: {Time(response.Time)}\n      STATE: {state}\n      NODES: {Names(status)}\n"
            + $"    MESSAGE: {(status.Message.Length == 0 ? "N/A" : Quoted(status.Message))}\n"));
        if (Lines == 0) Lines++;
    }
}
