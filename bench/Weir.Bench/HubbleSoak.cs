using System.Diagnostics;
using System.Globalization;
using Weir.Bench.Soak;

namespace Weir.Bench;

/// <summary>An observer under load for long: <c>Weir.Bench hubble-soak SECONDS RATE READERS</c>. Prints memory about every minute.</summary>
internal static class HubbleSoak
{
    private const int Capacity = 65_536;

    public static async Task RunAsync(int seconds, int rate, int readers)
    {
        var folder = Directory.CreateTempSubdirectory("weir-soak-").FullName;
        try
        {
            var soak = new FlowSoak(rate, readers, Capacity);
            var printed = -1;
            using var self = Process.GetCurrentProcess();
            var result = await soak.RunAsync(TimeSpan.FromSeconds(seconds), Path.Combine(folder, "observe.sock"), now =>
            {
                var part = (int)(now.TotalSeconds / Math.Min(60, Math.Max(1, seconds / 10)));
                if (part == printed) return;
                printed = part;
                self.Refresh();
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{now.TotalSeconds,5:0} s: {soak.Published:#,##0} flows, heap {GC.GetTotalMemory(forceFullCollection: true) >> 20} MiB, resident {self.WorkingSet64 >> 20} MiB, processor {self.TotalProcessorTime.TotalSeconds:0} s"));
            });
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Published:#,##0} flows ({result.Published / (double)seconds:#,##0}/s), {result.Sessions} sessions, {result.Delivered:#,##0} delivered, {result.Lost:#,##0} told lost, {result.Wrong} gaps that are not what was told"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
