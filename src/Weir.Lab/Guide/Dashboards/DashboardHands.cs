namespace Weir.Lab.Guide.Dashboards;

/// <summary>The guide's way to metrics: through Prometheus where the machine has one, else by the page itself.</summary>
/// <param name="metrics">The union's page.</param>
/// <param name="runFolder">The lab's folder; Prometheus' data goes below it.</param>
/// <param name="time">The clock.</param>
public sealed class DashboardHands(Uri metrics, string runFolder, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Asks until the answer is as it should be, or patience ends.</summary>
    /// <param name="question">The question.</param>
    /// <param name="holds">Whether the sums are as they should be.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A line a sum, below a line that says who was asked.</returns>
    public async Task<CommandResult> AskAsync(MetricQuestion question, Func<IReadOnlyList<KeyValuePair<string, double>>, bool> holds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(holds);
        if (PrometheusServer.Find() is not { } program)
        {
            using var client = new HttpClient();
            return await UntilAsync("(no prometheus on this machine: summed over the page itself)", async () => question.AnswerFrom(await client.GetStringAsync(metrics, cancellation)), holds, cancellation);
        }

        var folder = Path.Combine(runFolder, "prometheus");
        try
        {
            await using var prometheus = await PrometheusServer.StartAsync(program, folder, metrics, [], isDiscovery: false, cancellation);
            return await UntilAsync($"(asked {program}, which scrapes {metrics})", () => AskAsync(prometheus, question, cancellation), holds, cancellation);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<KeyValuePair<string, double>>> AskAsync(PrometheusServer prometheus, MetricQuestion question, CancellationToken cancellation) =>
        [.. (await prometheus.QueryAsync(question.Promql, cancellation)).Select(r => KeyValuePair.Create(r.Labels.TryGetProperty(question.By, out var by) ? by.GetString()! : "", r.Value))];

    private async Task<CommandResult> UntilAsync(
        string asked, Func<Task<IReadOnlyList<KeyValuePair<string, double>>>> ask, Func<IReadOnlyList<KeyValuePair<string, double>>, bool> holds, CancellationToken cancellation)
    {
        var end = time.GetUtcNow() + _patience;
        while (true)
        {
            var sums = await ask();
            var does = holds(sums);
            if (does || time.GetUtcNow() > end)
                return new CommandResult(string.Join('\n', sums.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key.ToLowerInvariant()} {s.Value}")).Prepend(asked)), does ? 0 : 1);
            await Task.Delay(_pause, time, cancellation);
        }
    }
}
