using Weir.FlowLog.Node;
using Weir.Observe.Ring;

namespace Weir.Agent.Loops;

/// <summary>Reads the node's ring of flows into its log. It never holds up who writes the ring: what it misses is counted.</summary>
internal sealed class FlowLogLoop(FlowRing ring, NodeLog log)
{
    /// <summary>Runs until cancelled; what is gathered by then is written.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var cursor = new FlowCursor(ring, ring.Next);
        try
        {
            while (true)
            {
                while (cursor.TryNext(out var flow, out _, out var lost))
                {
                    if (lost > 0) log.Lose(lost);
                    log.Offer(flow);
                }

                log.Flush();
                await cursor.WaitAsync(cancellation);
            }
        }
        finally
        {
            log.Flush();
        }
    }
}
