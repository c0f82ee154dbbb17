using System.Globalization;
using System.Runtime.InteropServices;

namespace Weir.Traffic;

/// <summary>Says when the machine itself is slow: every millisecond a loop of plain arithmetic, by the processor time that it takes.</summary>
/// <remarks>
/// Some virtual machines run everything many times slower for tens of milliseconds at a time. What is measured then is the machine. Processor time, not
/// the clock: who has to wait for a processor is not slow. Takes 2 % of a processor.
/// </remarks>
internal static partial class Pace
{
    private const int ThreadCpuClock = 3, Rounds = 5_000, Calibration = 500;
    private const double SlowFactor = 2.5;

    /// <summary>Writes the time of each slow moment, in milliseconds since 1970, and how many times slower it was, until cancelled.</summary>
    public static async Task RunAsync(TextWriter output, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var usual = new List<long>();
        var (sum, typical) = (0UL, 0L);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var took = Measure(ref sum);
                if (usual.Count < Calibration)
                {
                    usual.Add(took);
                    typical = usual.Order().ElementAt(usual.Count / 2);
                }
                else if (took > SlowFactor * typical)
                {
                    await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()} {(double)took / typical:0.0}"));
                    await output.FlushAsync(cancellation);
                }
            }
        }
        catch (OperationCanceledException)
        {
            GC.KeepAlive(sum);
        }
    }

    private static long Measure(ref ulong sum)
    {
        var since = ThreadTime();
        for (var i = 0UL; i < Rounds; i++) sum += (i * sum) + 1;
        return ThreadTime() - since;
    }

    private static long ThreadTime() => GetTime(ThreadCpuClock, out var now) == 0 ? (now.Seconds * 1_000_000_000) + now.Nanoseconds : 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec now);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
