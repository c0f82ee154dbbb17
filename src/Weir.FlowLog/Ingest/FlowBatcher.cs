using Weir.Model;

namespace Weir.FlowLog.Ingest;

/// <summary>Gathers chosen flows into batches and puts them into the spool. Any thread.</summary>
/// <param name="spool">Where they go.</param>
/// <param name="gather">How long a flow waits for others.</param>
/// <param name="time">The clock of that.</param>
public sealed class FlowBatcher(BatchSpool spool, TimeSpan gather, TimeProvider time)
{
    /// <summary>Flows of a batch at most: some hundred kilobytes.</summary>
    public const int MaxFlows = 4096;

    /// <summary>Batches that wait before the hub counts as away; from then on they are made larger, for they are files.</summary>
    private const int ManyWaiting = 16;

    private static readonly TimeSpan _gatherWhileAway = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly RowEncoder _rows = new();
    private long _since;

    /// <summary>Adds a flow.</summary>
    public void Add(in Flow flow)
    {
        lock (_gate)
        {
            if (_rows.Count == 0) _since = time.GetTimestamp();
            _rows.Add(flow);
            if (_rows.Count >= MaxFlows) Put();
        }
    }

    /// <summary>Makes a batch of all that is gathered, however little.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_rows.Count > 0) Put();
        }
    }

    /// <summary>Makes batches of what has waited long enough, until cancelled; then of all that is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(gather / 2, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) FlushIfDue();
        }
        finally
        {
            Flush();
        }
    }

    private void FlushIfDue()
    {
        var patience = spool.Count > ManyWaiting ? _gatherWhileAway : gather;
        lock (_gate)
        {
            if (_rows.Count > 0 && time.GetElapsedTime(_since) >= patience / 2) Put();
        }
    }

    private void Put()
    {
        var count = _rows.Count;
        spool.Append(_rows.Take(), count);
    }
}
