using System.Globalization;
using Weir.FlowLog.Node;
using Weir.FlowLog.Selection;
using Weir.Model;

namespace Weir.Cli.Logs;

/// <summary>What a ContainerNetworkLog would log in a day, by flows that were seen.</summary>
/// <param name="filters">Its filters.</param>
internal sealed class LogEstimate(IReadOnlyList<LogFilter> filters) : IDisposable
{
    // Of a stored row, after compaction: docs/performance.md, "Flow logs".
    private const double StoredBytes = 20;
    private readonly ExportWriter _writer = new();
    private readonly LogSelection _selection = new(filters);
    private readonly long[] _chosenBy = new long[filters.Count];
    private long _seen, _chosen, _bytes;
    private long _first = long.MaxValue, _last = long.MinValue;

    /// <summary>Counts a flow.</summary>
    public void Add(in Flow flow)
    {
        _seen++;
        (_first, _last) = (Math.Min(_first, flow.TimeNanoseconds), Math.Max(_last, flow.TimeNanoseconds));
        if (!_selection.Matches(flow)) return;
        _chosen++;
        _bytes += _writer.Write(flow).Length;
        for (var i = 0; i < filters.Count; i++)
            if (filters[i].Matches(flow)) _chosenBy[i]++;
    }

    /// <summary>The estimate as lines.</summary>
    public IEnumerable<string> Lines()
    {
        var span = TimeSpan.FromTicks(Math.Max(0, _last - _first) / 100);
        if (_seen < 2 || span <= TimeSpan.Zero)
        {
            yield return $"{_seen} flows are too few to estimate from; let the cluster run for a while.";
            yield break;
        }

        var days = TimeSpan.FromDays(1) / span;
        yield return Say($"seen      {_seen} flows in {span.TotalMinutes:0.0} minutes");
        yield return Say($"chosen    {_chosen} of them ({100.0 * _chosen / _seen:0.0} %)");
        for (var i = 0; i < filters.Count; i++)
            yield return Say($"  filter {(filters[i].Name.Length > 0 ? filters[i].Name : i.ToString(CultureInfo.InvariantCulture))}: {_chosenBy[i]}{(_chosenBy[i] == 0 ? ", none yet: check its names and labels" : "")}");
        yield return Say($"rows/day  {_chosen * days:#,##0}");
        yield return Say($"bytes/day {_bytes * days:#,##0} in the nodes' events.log, {_chosen * days * StoredBytes:#,##0} in the hub's store");
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
