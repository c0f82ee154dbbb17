using System.Globalization;
using Weir.Observe.Wire.Observers;
using Weir.Observe.Wire.Relays;

namespace Weir.Observe.Printing;

/// <summary>Prints what an observer answers, byte for byte as <c>hubble observe</c> 1.19 does.</summary>
/// <param name="options">How.</param>
/// <param name="output">Takes flows.</param>
/// <param name="error">Takes news of nodes.</param>
public abstract class FlowPrinter(PrintOptions options, TextWriter output, TextWriter error)
{
    private const int NodeNamesWidth = 50;

    /// <summary>The names of the formats.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["compact", "dict", "jsonpb", "json", "table"];

    /// <summary>How to print.</summary>
    protected PrintOptions Options { get; } = options;

    /// <summary>Where flows go.</summary>
    protected TextWriter Output { get; } = output;

    /// <summary>Where news of nodes goes.</summary>
    protected TextWriter Error { get; } = error;

    /// <summary>How many lines were printed.</summary>
    protected int Lines { get; set; }

    private protected Colours Paint { get; init; } = new(options.Colour);

    private protected FlowText Text => field ??= new FlowText(Options, Paint);

    /// <summary>Makes the printer of a format; null where there is no such format.</summary>
    public static FlowPrinter? Of(string format, PrintOptions options, TextWriter output, TextWriter error) => format switch
    {
        "compact" => new CompactPrinter(options, output, error),
        "dict" => new DictPrinter(options, output, error),
        "json" or "JSON" or "jsonpb" => new JsonPrinter(options, output, error),
        "tab" or "table" => new TablePrinter(options, output, error),
        _ => null,
    };

    /// <summary>Prints one answer: a flow, news of a node, or a loss.</summary>
    public void Print(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        switch (response.ResponseTypesCase)
        {
            case GetFlowsResponse.ResponseTypesOneofCase.Flow:
                PrintFlow(response);
                break;
            case GetFlowsResponse.ResponseTypesOneofCase.LostEvents:
                PrintLoss(response);
                break;
            case GetFlowsResponse.ResponseTypesOneofCase.NodeStatus:
                // Nodes that are well are no news, unless somebody looks for a fault.
                if (Options.Debug || response.NodeStatus.StateChange is NodeState.NodeError or NodeState.NodeUnavailable) PrintNode(response);
                break;
        }
    }

    /// <summary>Prints what the format keeps back until its end.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>Prints a flow.</summary>
    protected abstract void PrintFlow(GetFlowsResponse response);

    /// <summary>Prints how many events were lost.</summary>
    protected abstract void PrintLoss(GetFlowsResponse response);

    /// <summary>Prints news of nodes.</summary>
    protected virtual void PrintNode(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var status = response.NodeStatus;
        var (count, names) = (status.NodeNames.Count, Names(status));
        var text = status.StateChange switch
        {
            NodeState.NodeConnected => $"Receiving flows from {count} nodes: {names}",
            NodeState.NodeUnavailable => $"{count} nodes are unavailable: {names}",
            NodeState.NodeGone => $"{count} nodes removed from cluster: {names}",
            NodeState.NodeError => $"Error {Quoted(status.Message)} on {count} nodes: {names}",
            _ => $"unknown node status event: {status}",
        };
        Error.Write(Paint.Escape($"{Time(response.Time)} [{response.NodeName}]: {text}\n"));
    }

    private protected string Time(Google.Protobuf.WellKnownTypes.Timestamp? time) => TimeText.Of(time, Options.TimeFormat);

    private protected static string LossSource(GetFlowsResponse response) => HubbleJson.NameOf(
        Wire.Flows.FlowReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("LostEventSource"), (int)response.LostEvents.Source);

    private protected static string LossSummary(GetFlowsResponse response) =>
        string.Create(CultureInfo.InvariantCulture, $"CPU({response.LostEvents.Cpu ?? 0}) - {response.LostEvents.NumEventsLost}");

    /// <summary>The names of nodes, as many as fit a line.</summary>
    private protected static string Names(NodeStatusEvent status)
    {
        var (length, end) = (0, status.NodeNames.Count);
        for (var i = 0; i < status.NodeNames.Count; i++)
        {
            length += status.NodeNames[i].Length + 2;
            if (length <= NodeNamesWidth || i == 0) continue;
            end = i;
            break;
        }

        var shown = string.Join(", ", status.NodeNames.Take(end));
        return end == status.NodeNames.Count ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} (and {status.NodeNames.Count - end} more)");
    }

    private protected static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
