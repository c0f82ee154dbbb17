using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary>One line a flow.</summary>
internal sealed class CompactWriter(TextWriter output, CompactOptions options) : IFlowWriter
{
    private readonly CompactPrinter _printer = new(options);

    public async Task WriteAsync(GetFlowsResponse response)
    {
        if (response.Flow is { } flow)
        {
            await output.WriteLineAsync(_printer.Print(flow));
        }
        else if (response.LostEvents is { } lost)
        {
            await output.WriteLineAsync($"EVENTS LOST: {lost.Source.ToString().ToUpperInvariant()} {lost.NumEventsLost} on {response.NodeName}");
        }
    }
}
