using System.Collections.Immutable;
using Weir.FlowLog.Query;
using Weir.FlowLog.Query.Data;
using Weir.FlowLog.Store;
using Weir.Kql;
using Weir.Kql.Types;

namespace Weir.Hub;

/// <summary>Runs queries over the store, each in an engine of its own over a snapshot of its own, and not too many at once.</summary>
public sealed class StoreQueries(FlowStore store, QueryLimits limits, int atOnce, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(atOnce);
    private readonly EngineStock _stock = new(limits);

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Answers a question.</summary>
    /// <exception cref="QueryFailedException">It passed a bound or failed while it ran; the message says why.</exception>
    public async Task<QueryAnswer> RunAsync(QueryRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _turn.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Run(request, cancellation), cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn.Dispose();
        _stock.Dispose();
    }

    private QueryAnswer Run(QueryRequest request, CancellationToken cancellation)
    {
        var isSettled = true;
        var compiled = QueryEngine.Compile(request.Text, new KqlOptions { Parameters = request.Parameters, Discover = _ => Unsettled(ref isSettled) });
        var (from, until) = TimeBounds.Of(compiled, time.GetUtcNow().UtcTicks);
        from = Math.Max(from, request.From ?? long.MinValue);
        until = Math.Min(until, request.Until ?? long.MaxValue);
        using var snapshot = store.Hold();
        var flows = StoredFlows.Of(snapshot, from, until, isExact: request.From is not null || request.Until is not null);
        using var engine = new QueryEngine(Smaller(request), time, flows, _stock);
        return isSettled ? engine.Run(compiled, request.Text.Length, cancellation) : engine.Run(request.Text, request.Parameters, cancellation);
    }

    // Columns that only the data tells: the engine compiles once more, with the data at hand.
    private static ImmutableArray<(string Name, KqlType Type)>? Unsettled(ref bool isSettled)
    {
        isSettled = false;
        return null;
    }

    // A caller may ask for less than the hub grants, never for more.
    private QueryLimits Smaller(QueryRequest request)
    {
        var most = limits.Time ?? QueryLimits.UsualTime;
        return limits with
        {
            Time = request.Time is { } time && time > TimeSpan.Zero && time < most ? time : most,
            Rows = request.Rows is { } rows && rows > 0 && rows < limits.Rows ? rows : limits.Rows,
        };
    }
}
