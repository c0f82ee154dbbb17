using System.Threading.Channels;
using Grpc.Core;
using Weir.Observe.Printing;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Observe;

/// <summary>Asks several observers at once and prints their answers in the order of time.</summary>
internal static class FlowReader
{
    /// <returns>The exit code: 0, or 1 when an observer could not be asked.</returns>
    public static async Task<int> ReadAsync(
        IReadOnlyList<AskedServer> servers, GetFlowsRequest request, FlowPrinter printer, TextWriter error, CancellationToken cancellation)
    {
        var arrivals = Channel.CreateBounded<GetFlowsResponse>(1024);
        var reading = servers.Select(s => ReadOneAsync(s, request, arrivals.Writer, error, cancellation)).ToArray();
        var all = Task.WhenAll(reading).ContinueWith(_ => arrivals.Writer.Complete(), TaskScheduler.Default);

        // One observer answers in the order of time, and as many as it means to.
        if (request.Follow || servers.Count == 1) await PrintAsTheyComeAsync(arrivals.Reader, printer, cancellation);
        else await PrintInOrderAsync(arrivals.Reader, request, printer, cancellation);

        await all;
        printer.Finish();
        return (await Task.WhenAll(reading)).All(ok => ok) ? 0 : 1;
    }

    private static async Task PrintAsTheyComeAsync(ChannelReader<GetFlowsResponse> arrivals, FlowPrinter printer, CancellationToken cancellation)
    {
        try
        {
            await foreach (var response in arrivals.ReadAllAsync(cancellation)) printer.Print(response);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C ends a following reader; what was printed stands.
        }
    }

    private static async Task PrintInOrderAsync(
        ChannelReader<GetFlowsResponse> arrivals, GetFlowsRequest request, FlowPrinter printer, CancellationToken cancellation)
    {
        var all = new List<GetFlowsResponse>();
        await foreach (var response in arrivals.ReadAllAsync(cancellation)) all.Add(response);
        IEnumerable<GetFlowsResponse> ordered = all.Where(r => r.Flow is not null).OrderBy(r => r.Time.Seconds).ThenBy(r => r.Time.Nanos);
        // Each observer gave its own first or last N; of all of them N are wanted.
        if (request.Number is > 0 and < int.MaxValue)
            ordered = request.First ? ordered.Take((int)request.Number) : ordered.TakeLast((int)request.Number);
        foreach (var response in all.Where(r => r.Flow is null).Concat(ordered)) printer.Print(response);
    }

    private static async Task<bool> ReadOneAsync(
        AskedServer server, GetFlowsRequest request, ChannelWriter<GetFlowsResponse> arrivals, TextWriter error, CancellationToken cancellation)
    {
        try
        {
            using var channel = server.Connect();
            using var call = new Observer.ObserverClient(channel).GetFlows(request, server.Headers, cancellationToken: cancellation);
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation)) await arrivals.WriteAsync(response, cancellation);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (RpcException e)
        {
            await error.WriteLineAsync($"weir observe: {server.Explain(e)}");
            return false;
        }
    }
}
