using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Data;
using Weir.FlowLog.Store;
using Weir.Hub.History;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Observe.Wire.Flows;
using Weir.Observe.Wire.Observers;

namespace Weir.Hub.Ui.Flows;

/// <summary>Finds flows of a past time: the nodes' rings first, the store for what is older than all of these have.</summary>
/// <param name="flows">The nodes.</param>
/// <param name="store">The store.</param>
/// <param name="time">The clock.</param>
internal sealed class FlowSearch(ClusterFlows flows, FlowStore store, TimeProvider time)
{
    /// <summary>How long the store is read for one question; what is then missing is told as "more".</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    private static readonly QueryLimits _limits = new(MemoryMiB: 256, Threads: 1);

    private delegate bool StoredVisitor(in Model.Flow flow);

    /// <summary>Told of a flow; returns whether it wants more.</summary>
    public delegate bool Visitor(in FlowView flow, ReadOnlySpan<byte> response);

    /// <summary>Visits flows of a time, the newest first.</summary>
    /// <param name="scope">Which flows.</param>
    /// <param name="limit">How many of them are wanted at most.</param>
    /// <param name="visit">Told of each flow that matches.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> NewestAsync(UiScope scope, int limit, Visitor visit, CancellationToken cancellation)
    {
        var request = RequestOf(scope);
        var last = new LastFlows(limit);
        await flows.SendAsync(
            request,
            new FrameHandler(frame =>
            {
                if (frame.IsFlow && scope.Filters.Matches(FlowView.Of(frame.Bytes.Span))) last.Add(frame.Bytes.Span);
            }),
            _ => Task.CompletedTask,
            cancellation);
        for (var i = 0; i < last.Count; i++)
        {
            var response = last.FromNewest(i);
            if (!visit(FlowView.Of(response), response)) return true;
        }

        if (last.IsFull) return true;
        var left = limit - last.Count;
        return await OlderAsync(scope, request, (in FlowView flow, ReadOnlySpan<byte> response) => visit(flow, response) && --left > 0, cancellation);
    }

    /// <summary>Visits all flows of a time, in any order.</summary>
    /// <returns>Whether some were left out, since there were too many to read in time.</returns>
    public async Task<bool> EveryAsync(UiScope scope, Visitor visit, CancellationToken cancellation)
    {
        var request = RequestOf(scope);
        await flows.SendAsync(
            request,
            new FrameHandler(frame =>
            {
                if (!frame.IsFlow) return;
                var flow = FlowView.Of(frame.Bytes.Span);
                if (scope.Filters.Matches(flow)) visit(flow, frame.Bytes.Span);
            }),
            _ => Task.CompletedTask,
            cancellation);
        return await OlderAsync(scope, request, visit, cancellation);
    }

    /// <summary>The message of one flow; null where nobody has it any more.</summary>
    public async Task<byte[]?> FindAsync(Guid id, CancellationToken cancellation)
    {
        var (from, until) = TimeOf(id);
        byte[]? found = null;
        var request = new GetFlowsRequest
        {
            Since = Timestamp.FromDateTimeOffset(from), Until = Timestamp.FromDateTimeOffset(until), Whitelist = { new FlowFilter { Uuid = { id.ToString() } } },
        };
        await flows.SendAsync(request, new FrameHandler(f => found ??= f.IsFlow ? f.Bytes.ToArray() : null), _ => Task.CompletedTask, cancellation);
        if (found is not null) return found;
        await Task.Run(
            () => Read(
                from.UtcTicks, until.UtcTicks, StoredFilter.All,
                (in Model.Flow flow) =>
                {
                    if (Model.FlowUuid.Of(flow) == id) found = BytesOf(flow);
                    return found is null;
                },
                cancellation),
            cancellation);
        return found;
    }

    // The newest first; returns whether there was nothing more to read.
    private bool Read(long from, long until, StoredFilter filter, StoredVisitor visit, CancellationToken cancellation)
    {
        using var snapshot = store.Hold();
        using var reader = new FlowReader(snapshot, _limits);
        foreach (var slice in reader.Slices(from, until, isNewestFirst: true))
        {
            cancellation.ThrowIfCancellationRequested();
            var flows = reader.Read(slice, filter);
            for (var i = flows.Count - 1; i >= 0; i--)
            {
                if (!visit(flows[i])) return false;
            }
        }

        return true;
    }

    /// <summary>A stored flow as a node would send it.</summary>
    private static byte[] BytesOf(in Model.Flow flow) =>
        new GetFlowsResponse { Flow = FlowMessage.Of(flow), NodeName = flow.NodeName, Time = FlowMessage.TimeOf(flow.TimeNanoseconds) }.ToByteArray();

    private async Task<bool> OlderAsync(UiScope scope, GetFlowsRequest request, Visitor visit, CancellationToken cancellation)
    {
        var cut = await flows.CutAsync(cancellation);
        if (FlowTime.Nanoseconds(scope.From) >= cut) return false;
        var until = Math.Min(scope.Until.UtcTicks, FlowTime.Of(cut - 1).Ticks);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var late = new CancellationTokenSource(_longest, time);
        using var linked = late.Token.Register(enough.Cancel);
        try
        {
            return !await Task.Run(
                () => Read(
                    scope.From.UtcTicks, until, StoredConditions.Of(request),
                    (in Model.Flow stored) =>
                    {
                        var bytes = BytesOf(stored);
                        var flow = FlowView.Of(bytes);
                        return !scope.Filters.Matches(flow) || visit(flow, bytes);
                    },
                    enough.Token),
                cancellation);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return true;
        }
    }

    private static GetFlowsRequest RequestOf(UiScope scope)
    {
        var request = new GetFlowsRequest { Since = Timestamp.FromDateTimeOffset(scope.From), Until = Timestamp.FromDateTimeOffset(scope.Until) };
        scope.Filters.Narrow(request);
        return request;
    }

    // A flow's identifier begins with its time, but for four bits that the form of identifiers takes.
    private static (DateTimeOffset From, DateTimeOffset Until) TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] &= 0x0f;
        var ticks = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks - 0xffff) throw new UiProblem($"'{id}' is no identifier of a flow.");
        var from = new DateTimeOffset(DateTime.UnixEpoch.AddTicks(ticks));
        return (from, from.AddTicks(0xf001));
    }
}
