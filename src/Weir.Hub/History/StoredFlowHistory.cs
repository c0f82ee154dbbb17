using System.Runtime.CompilerServices;
using Grpc.Core;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Data;
using Weir.FlowLog.Store;
using Weir.Model;
using Weir.Observe.Relay;
using Weir.Observe.Wire;
using Weir.Observe.Wire.Observers;

namespace Weir.Hub.History;

/// <summary>Hubble's older flows, out of the store. Holds one snapshot for an answer, and reads a slice of it at a time.</summary>
/// <param name="store">The store.</param>
/// <param name="limits">Memory and threads of one reader.</param>
/// <param name="atOnce">How many slices are read at once; more wait.</param>
public sealed class StoredFlowHistory(FlowStore store, QueryLimits limits, int atOnce) : IFlowHistory, IDisposable
{
    private const long UnixTicks = 621_355_968_000_000_000;

    /// <summary>How many of the last flows can be asked for: they are kept in memory until the first of them is found.</summary>
    private const int MaxLast = 100_000;

    private readonly SemaphoreSlim _turn = new(atOnce);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FlowFrame> ReadAsync(GetFlowsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var asked = HistoryRequest.Of(request);
        if (asked is { IsFromTheEnd: true, Most: > MaxLast })
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"The last {asked.Most} stored flows are too many; ask for at most {MaxLast}, or for times."));
        using var snapshot = store.Hold();
        using var reader = new FlowReader(snapshot, limits);
        var slices = reader.Slices(Ticks(asked.Since), Ticks(asked.Until));
        if (asked.IsFromTheEnd)
        {
            foreach (var flow in await LastAsync(reader, slices.Reverse(), asked, cancellation)) yield return asked.Frame(flow);
            yield break;
        }

        var left = asked.Most ?? long.MaxValue;
        foreach (var slice in slices)
        {
            foreach (var flow in await SliceAsync(reader, slice, asked, cancellation))
            {
                if (left-- == 0) yield break;
                yield return asked.Frame(flow);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<List<Flow>> LastAsync(FlowReader reader, IEnumerable<(long, long)> newestFirst, HistoryRequest asked, CancellationToken cancellation)
    {
        var found = new List<Flow>();
        foreach (var slice in newestFirst)
        {
            found.InsertRange(0, await SliceAsync(reader, slice, asked, cancellation));
            if (asked.Most is not { } most || found.Count < most) continue;
            found.RemoveRange(0, found.Count - (int)most);
            break;
        }

        return found;
    }

    private async Task<List<Flow>> SliceAsync(FlowReader reader, (long, long) slice, HistoryRequest asked, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => reader.Read(slice).Where(f => asked.Matches(f)).ToList(), cancellation);
        }
        catch (QueryFailedException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message));
        }
        finally
        {
            _turn.Release();
        }
    }

    private static long Ticks(long nanoseconds) => UnixTicks + (nanoseconds / 100) - (nanoseconds % 100 < 0 ? 1 : 0);
}
