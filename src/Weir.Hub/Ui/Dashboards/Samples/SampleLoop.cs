using System.Text;
using Microsoft.Extensions.Logging;

namespace Weir.Hub.Ui.Dashboards.Samples;

/// <summary>Takes a sample of every metric that dashboards ask for, round after round.</summary>
/// <param name="samples">Where they go.</param>
/// <param name="writePage">Writes the page of all nodes' metrics, in Prometheus' text format.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when a page could not be had.</param>
internal sealed partial class SampleLoop(SampleStore samples, Func<Stream, CancellationToken, Task> writePage, TimeProvider time, ILogger logger)
{
    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(SampleStore.Step), time);
        using var page = new MemoryStream();
        do
        {
            try
            {
                page.SetLength(0);
                await writePage(page, cancellation);
                samples.Add(Encoding.UTF8.GetString(page.GetBuffer(), 0, (int)page.Length), time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or InvalidOperationException)
            {
                Log.Missed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private static partial class Log
    {
        [LoggerMessage(8110, LogLevel.Warning, "A round of metrics for the dashboards is missing: {Reason}")]
        public static partial void Missed(ILogger logger, string reason);
    }
}
