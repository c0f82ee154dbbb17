using Google.Protobuf;
using Weir.Observe.Filters;
using Weir.Observe.Hubble;
using Weir.Observe.Printing;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary>Flows that were saved with <c>-o json</c>: filtered and printed in the order of the file.</summary>
internal static class SavedFlows
{
    private static readonly JsonParser _parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Prints what the request asks for.</summary>
    /// <returns>The exit code: 0, or 1 when a line was no flow.</returns>
    /// <exception cref="FilterException">A filter makes no sense.</exception>
    public static async Task<int> PrintAsync(TextReader saved, GetFlowsRequest request, FlowPrinter printer, TextWriter error, CancellationToken cancellation)
    {
        var selection = new FlowSelection(request.Whitelist, request.Blacklist);
        var last = new Queue<GetFlowsResponse>();
        var (code, number, printed) = (0, 0, 0UL);
        while (await saved.ReadLineAsync(cancellation) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            GetFlowsResponse response;
            try
            {
                response = _parser.Parse<GetFlowsResponse>(line);
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
            {
                code = 1;
                await error.WriteLineAsync($"weir observe: line {number} is no GetFlowsResponse in JSON and is left out: {e.Message}");
                continue;
            }

            if (!IsWanted(response, request, selection)) continue;
            if (request.First || request.Number is 0 or ulong.MaxValue)
            {
                printer.Print(response);
                if (request.First && ++printed == request.Number) break;
                continue;
            }

            last.Enqueue(response);
            if ((ulong)last.Count > request.Number) last.Dequeue();
        }

        foreach (var response in last) printer.Print(response);
        printer.Finish();
        return code;
    }

    private static bool IsWanted(GetFlowsResponse response, GetFlowsRequest request, FlowSelection selection)
    {
        if (response.Time is { } at && ((request.Since is { } since && at < since) || (request.Until is { } until && at > until))) return false;
        
        // What is no flow meets no filter, and is left out only where one has to be met.
        return response.Flow is { } flow ? selection.Matches(MessageFlow.Of(flow)) : request.Whitelist.Count == 0;
    }
}
