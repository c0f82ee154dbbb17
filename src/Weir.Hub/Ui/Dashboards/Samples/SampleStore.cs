using Weir.Hub.Ui.Dashboards.PromQl;

namespace Weir.Hub.Ui.Dashboards.Samples;

/// <summary>The hub's own recent samples of the metrics that dashboards ask for. In memory, and bounded: the newest hours of so many series.</summary>
/// <param name="metrics">The metrics that are kept.</param>
internal sealed class SampleStore(IReadOnlySet<string> metrics)
{
    /// <summary>Seconds between two rounds.</summary>
    public const int Step = 15;

    /// <summary>Samples of a series at most: three hours.</summary>
    public const int MostSamples = 3 * 3600 / Step;

    /// <summary>Series at most; further ones are not kept, and counted.</summary>
    public const int MostSeries = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<PromLabels, SampleSeries>> _byMetric = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>When the first round was, in seconds since 1970; null before it.</summary>
    public double? Since { get; private set; }

    /// <summary>Series that there was no room for in the last round.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Takes a page in Prometheus' text format.</summary>
    /// <param name="page">The page.</param>
    /// <param name="time">When it was made, in seconds since 1970.</param>
    public void Add(string page, double time)
    {
        lock (_gate)
        {
            Since ??= time;
            LeftOut = 0;
            foreach (var line in page.AsSpan().EnumerateLines())
            {
                if (line.IsEmpty || line[0] == '#') continue;
                var end = line.IndexOfAny('{', ' ');
                if (end <= 0) continue;
                var name = line[..end].ToString();
                if (metrics.Contains(name) && ExpositionLine.Read(line, name) is { } sample) Add(name, sample.Labels, time, sample.Value);
            }

            Forget(time);
        }
    }

    /// <summary>The series that a selector chooses.</summary>
    public IReadOnlyList<SampleSeries> Find(PromExpr.Selector selector)
    {
        lock (_gate)
        {
            IEnumerable<Dictionary<PromLabels, SampleSeries>> tables = selector.Metric is { } metric ? _byMetric.TryGetValue(metric, out var one) ? [one] : [] : _byMetric.Values;
            return [.. tables.SelectMany(t => t.Values).Where(s => selector.Matchers.All(m => m.Matches(s.Labels)))];
        }
    }

    private void Add(string metric, PromLabels labels, double time, double value)
    {
        if (!_byMetric.TryGetValue(metric, out var table)) _byMetric[metric] = table = [];
        if (!table.TryGetValue(labels, out var series))
        {
            if (_count >= MostSeries)
            {
                LeftOut++;
                return;
            }

            table[labels] = series = new SampleSeries(labels, MostSamples);
            _count++;
        }

        if (series.LastTime < time) series.Add(time, value);
    }

    private void Forget(double time)
    {
        foreach (var table in _byMetric.Values)
        {
            foreach (var (labels, series) in table)
            {
                if (time - series.LastTime <= MostSamples * Step) continue;
                table.Remove(labels);
                _count--;
            }
        }
    }
}
