using System.Diagnostics;
using System.Globalization;
using Weir.Linux;

namespace Weir.Traffic;

/// <summary>Says when the machine itself is slow: every millisecond a loop of plain arithmetic, by the processor time that it takes.</summary>
/// <remarks>
/// Some virtual machines run everything many times slower for tens of milliseconds at a time. What is measured then is the machine. Processor time, not
/// the clock: who has to wait for a processor is not slow. Takes 2 % of a processor.
/// </remarks>
internal static class Pace
{
    private const int Rounds = 5_000, Calibration = 500;
    private const double SlowFactor = 2.5;

    /// <summary>Writes the time of each slow moment, in milliseconds since 1970, and how many times slower it was.</summary>
    public static async Task RunAsync(TextWriter output, TimeSpan duration)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var (sum, since, usual) = (0UL, Stopwatch.GetTimestamp(), new List<long>());
        while (usual.Count < Calibration && await timer.WaitForNextTickAsync()) usual.Add(Measure(ref sum));
        var typical = (double)usual.Order().ElementAt(Calibration / 2);
        while (Stopwatch.GetElapsedTime(since) < duration && await timer.WaitForNextTickAsync())
        {
            var factor = Measure(ref sum) / typical;
            if (factor < SlowFactor) continue;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()} {factor:0.0}"));
            await output.FlushAsync();
        }

        GC.KeepAlive(sum);
    }

    private static long Measure(ref ulong sum)
    {
        var since = Clocks.ThreadNanoseconds();
        for (var i = 0UL; i < Rounds; i++) sum += (i * sum) + 1;
        return Clocks.ThreadNanoseconds() - since;
    }
}
