using Grpc.Core;
using Weir.FlowLog.Store;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Ingest;

/// <summary>Takes the nodes' batches into the store.</summary>
/// <remarks>
/// One batch of a node at a time: if one is refused for now and the next were stored, the node's high-water mark would pass over the
/// first for ever. Batches of different nodes are made safe together.
/// </remarks>
/// <param name="store">Where they go.</param>
/// <param name="noted">Told what became of each batch; null: nobody.</param>
public sealed class IngestService(FlowStore store, Action<IngestedBatch>? noted = null) : Wire.Ingest.IngestBase
{
    /// <inheritdoc/>
    public override async Task Append(IAsyncStreamReader<Batch> requestStream, IServerStreamWriter<Receipt> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(requestStream);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var batch = requestStream.Current;
            var outcome = await store.AppendAsync(batch, context.CancellationToken);
            noted?.Invoke(IngestedBatch.Of(batch, outcome));
            await responseStream.WriteAsync(new Receipt { Epoch = batch.Epoch, Sequence = batch.Sequence, Refused = outcome.Refused, Lasting = outcome.IsLasting });

            // What the node has sent behind it must come again, in order.
            if (outcome is { IsSafe: false, IsLasting: false }) return;
        }
    }
}
