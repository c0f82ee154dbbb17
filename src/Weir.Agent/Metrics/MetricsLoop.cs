using Weir.Observe.Enrich;
using Weir.Observe.Metrics;
using Weir.Observe.Ring;

namespace Weir.Agent.Metrics;

/// <summary>Reads the node's ring of flows into its metrics. It never holds up who writes the ring: what it misses is counted.</summary>
internal sealed class MetricsLoop(FlowRing ring, FlowMetrics metrics, FlowEnricher enricher, TimeProvider time)
{
    private static readonly TimeSpan _sweep = TimeSpan.FromSeconds(10);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var cursor = new FlowCursor(ring, ring.Next);
        long missed = 0;
        var sweep = Task.Delay(_sweep, time, cancellation);
        metrics.SetLost("HUBBLE_RING_BUFFER", 0);
        while (true)
        {
            while (cursor.TryNext(out var flow, out _, out var lost))
            {
                if (lost > 0) metrics.SetLost("HUBBLE_RING_BUFFER", missed += lost);
                metrics.Observe(flow);
            }

            await Task.WhenAny(cursor.WaitAsync(cancellation), sweep);
            cancellation.ThrowIfCancellationRequested();
            if (!sweep.IsCompleted) continue;
            metrics.Sweep(enricher.Directory);
            sweep = Task.Delay(_sweep, time, cancellation);
        }
    }
}
