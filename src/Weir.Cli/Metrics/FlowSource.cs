using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Weir.Cli.Observe;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Metrics;

/// <summary>Flows to estimate by: saved ones, or the newest that observers hold.</summary>
internal static class FlowSource
{
    private static readonly JsonParser _parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Out of a file of lines as <c>weir observe -o json</c> prints them.</summary>
    /// <exception cref="UsageException">A line is no flow.</exception>
    public static async IAsyncEnumerable<Flow> SavedAsync(TextReader saved, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var number = 1; await saved.ReadLineAsync(cancellation) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            GetFlowsResponse response;
            try
            {
                response = _parser.Parse<GetFlowsResponse>(line);
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
            {
                throw new UsageException($"line {number} is no flow in JSON: {e.Message}");
            }

            if (response.Flow is { } flow) yield return MessageFlow.Of(flow);
        }
    }

    /// <summary>Out of observers.</summary>
    /// <exception cref="UsageException">One does not answer.</exception>
    public static async IAsyncEnumerable<Flow> AskedAsync(IReadOnlyList<AskedServer> servers, ulong last, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var server in servers)
        {
            using var channel = server.Connect();
            using var call = new Observer.ObserverClient(channel).GetFlows(new GetFlowsRequest { Number = last }, server.Headers, cancellationToken: cancellation);
            while (await NextAsync(server, call.ResponseStream, cancellation))
            {
                if (call.ResponseStream.Current.Flow is { } flow) yield return MessageFlow.Of(flow);
            }
        }
    }

    private static async Task<bool> NextAsync(AskedServer server, IAsyncStreamReader<GetFlowsResponse> stream, CancellationToken cancellation)
    {
        try
        {
            return await stream.MoveNext(cancellation);
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            throw new UsageException(server.Explain(e));
        }
    }
}
