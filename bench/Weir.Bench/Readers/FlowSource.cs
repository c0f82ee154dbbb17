using Weir.Observe.Ring;

namespace Weir.Bench;

/// <summary>Writes flows into a ring at the clock's rate, in bursts of 20 ms as an agent's evidence loop does.</summary>
internal sealed class FlowSource(FlowRing ring, int rate)
{
    private const int TicksPerSecond = 50;
    private long _made;

    /// <summary>Makes flows until <paramref name="lasts"/> is over.</summary>
    /// <param name="lasts">How long.</param>
    /// <param name="now">The flow's time; null for the sample's own.</param>
    public async Task RunAsync(TimeSpan lasts, Func<long>? now = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        var before = _made;
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / TicksPerSecond));
        while (TimeProvider.System.GetElapsedTime(began) is var elapsed && elapsed < lasts)
        {
            for (var owed = (long)(elapsed.TotalSeconds * rate) - (_made - before); owed > 0; owed--)
            {
                ref var flow = ref ring.Open();
                flow = SampleFlows.Of(_made++);
                if (now is not null) flow.TimeNanoseconds = now();
                ring.Publish();
            }

            ring.Wake();
            await tick.WaitForNextTickAsync();
        }
    }
}
