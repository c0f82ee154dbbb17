using Weir.Agent.Evidence;
using Weir.Datapath;
using Weir.Observe.Ring;

namespace Weir.Agent.Loops;

/// <summary>Moves what the datapath reports into the ring of flows, on a thread of its own.</summary>
/// <param name="datapath">Where events come from.</param>
/// <param name="translator">Makes flows of them.</param>
/// <param name="ring">Where the flows go.</param>
/// <param name="wallClockOffset">What to add to the datapath's clock to get nanoseconds since 1970, now.</param>
internal sealed class EvidenceLoop(IDatapath datapath, EventTranslator translator, FlowRing ring, Func<long> wallClockOffset)
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(100), _shortWait = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs until cancelled. A failure ends the process: an agent that sees nothing must not pretend to.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Run(cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            // The wall clock may be set while we run, so the offset is taken anew for each batch.
            translator.WallClockOffset = wallClockOffset();
            var read = datapath.ReadEvents(translator, translator.HasHeld ? _shortWait : _longestWait);
            if (translator.WriteHeld() + read > 0) ring.Wake();
        }
    }
}
