using System.Globalization;
using Weir.Observe.Wire.Observers;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Printing;

/// <summary>Prints a flow a line.</summary>
/// <remarks>
/// <code>
/// Mar  1 10:00:00.123: pets/order-service-595b65df56-xjtrr:41234 (ID:30112) &lt;> pets/product-service-5b8794b597-trbvn:3002 (ID:8123) Policy denied DROPPED (TCP Flags: SYN)
/// </code>
/// </remarks>
public sealed class CompactPrinter(PrintOptions options, TextWriter output, TextWriter error) : FlowPrinter(options, output, error)
{
    /// <summary>A printer of single lines.</summary>
    public CompactPrinter(PrintOptions options) : this(options, TextWriter.Null, TextWriter.Null)
    {
    }

    /// <summary>The line for <paramref name="flow"/>, without the end of line.</summary>
    public string Line(Msg.Flow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var (from, to) = Text.Ends(flow);
        var (source, destination) = ($"{from} {Text.Identity(flow.Source)}", $"{to} {Text.Identity(flow.Destination)}");
        var way = flow.IsReply switch
        {
            null => $"{source} <> {destination}",
            true => $"{destination} <- {source}",
            _ => $"{source} -> {destination}",
        };
        var node = Options.PrintNode ? $" [{flow.NodeName}]" : "";
        var line = $"{Time(flow.Time)}{node}: {way} {FlowTypeText.Of(flow)} {Text.Verdict(flow)} ({Text.Summary(flow)})";
        if (Options.PrintRule && RuleText.Of(flow) is { } rule) line += $" RULE {rule}";
        if (Options.Explain && RuleText.Why(flow) is { } why) line += $"\n    {why}";
        return Paint.Escape(line);
    }

    /// <inheritdoc/>
    protected override void PrintFlow(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        Output.Write(Line(response.Flow) + "\n");
    }

    /// <inheritdoc/>
    protected override void PrintLoss(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var lost = response.LostEvents;
        Output.Write(string.Create(CultureInfo.InvariantCulture, $"EVENTS LOST: {LossSource(response)} CPU({lost.Cpu ?? 0}) {lost.NumEventsLost}\n"));
    }
}
