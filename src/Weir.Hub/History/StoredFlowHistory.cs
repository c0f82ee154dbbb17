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
    public string Name => "hub";

    /// <inheritdoc/>
    public async IAsyncEnumerable<FlowFrame> ReadAsync(GetFlowsRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var asked = HistoryRequest.Of(request);
        if (asked is { IsFromTheEnd: true, Most: > MaxLast })
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"The last {asked.Most} stored flows are too many; ask for at most {MaxLast}, or for times."));
        using var snapshot = store.Hold();
        using var reader = new FlowReader(snapshot, limits);
        using var slices = reader.Slices(Ticks(asked.Since), Ticks(asked.Until), asked.IsFromTheEnd).GetEnumerator();
        var filter = StoredConditions.Of(request);
        if (asked.IsFromTheEnd)
        {
            foreach (var flow in await LastAsync()) yield return asked.Frame(flow);
            yield break;
        }

        var left = asked.Most ?? long.MaxValue;
        while (await NextAsync() is { } flows)
        {
            foreach (var flow in flows)
            {
                if (left-- == 0) yield break;
                yield return asked.Frame(flow);
            }
        }

        async Task<List<Flow>> LastAsync()
        {
            var found = new List<Flow>();
            while (await NextAsync() is { } flows)
            {
                found.InsertRange(0, flows);
                if (asked.Most is not { } most || found.Count < most) continue;
                found.RemoveRange(0, found.Count - (int)most);
                break;
            }

            return found;
        }

        async Task<List<Flow>?> NextAsync()
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                return await Task.Run(() => slices.MoveNext() ? reader.Read(slices.Current, filter).Where(f => asked.Matches(f)).ToList() : null, cancellation);
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
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static long Ticks(long nanoseconds) => UnixTicks + (nanoseconds / 100) - (nanoseconds % 100 < 0 ? 1 : 0);
}
