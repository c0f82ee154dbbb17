using System.Globalization;
using System.Net;
using Prometheus;
using Weir.Observe.Metrics;
using Weir.Observe.Server;

namespace Weir.Bench;

/// <summary>How long a scrape takes over loopback: <c>Weir.Bench scrape SERIES</c>. Bar: 100,000 series in 100 ms when warm.</summary>
internal static class ScrapeSpeed
{
    private const int Rounds = 20;

    public static async Task RunAsync(int series)
    {
        var registry = Metrics.NewCustomRegistry();
        registry.SetStaticLabels(new Dictionary<string, string> { ["cluster"] = "default", ["node"] = "node1" });
        var metrics = new FlowMetrics(new MetricsOptions { Metrics = [MetricSpec.Parse("flow:sourceContext=pod;destinationContext=pod")], SeriesLimit = 1_000_000 }, registry, TimeProvider.System);
        var pods = Enumerable.Range(0, (int)Math.Ceiling(Math.Sqrt(series))).Select(MetricsBench.Pod).ToArray();
        for (var i = 0; i < series; i++) metrics.Observe(MetricsBench.FlowOf("trace", pods[i / pods.Length], pods[i % pods.Length]));
        await using var server = await PlainServer.StartAsync(routes => MetricsPage.Map(routes, "/metrics", registry), null, [new IPEndPoint(IPAddress.Loopback, 0)], CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.Tcp[0]}") };
        foreach (var openMetrics in (bool[])[false, true])
        {
            var times = new List<double>();
            long bytes = 0;
            for (var round = 0; round <= Rounds; round++)
            {
                var began = TimeProvider.System.GetTimestamp();
                using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
                request.Headers.TryAddWithoutValidation("Accept", MetricsPage.ContentType(openMetrics));
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                bytes = await CountAsync(await answer.Content.ReadAsStreamAsync());
                if (round > 0) times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }

            times.Sort();
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{(openMetrics ? "OpenMetrics" : "text")}: {series:#,##0} series, {bytes / 1e6:0.0} MB; best {times[0]:0.0} ms, median {times[Rounds / 2]:0.0} ms, worst {times[^1]:0.0} ms of {Rounds}"));
        }
    }

    private static async Task<long> CountAsync(Stream page)
    {
        var buffer = new byte[1 << 16];
        long count = 0;
        for (int read; (read = await page.ReadAsync(buffer)) > 0;) count += read;
        return count;
    }
}
