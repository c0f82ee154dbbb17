using Weir.Hub.Ui.Dashboards.PromQl;

namespace Weir.Hub.Ui.Dashboards.Samples;

/// <summary>One series' samples of the last hours: one a round, none in rounds that it was missing from.</summary>
/// <param name="labels">Its labels, the metric's name among them.</param>
/// <param name="most">How many samples are kept.</param>
internal sealed class SampleSeries(PromLabels labels, int most)
{
    private readonly Lock _gate = new();
    private double[] _times = new double[Math.Min(64, most)];
    private double[] _values = new double[Math.Min(64, most)];
    private int _count;

    /// <summary>Its labels.</summary>
    public PromLabels Labels => labels;

    /// <summary>When its last sample was taken, in seconds since 1970.</summary>
    public double LastTime { get; private set; }

    /// <summary>Adds a sample, later than all others; the earliest quarter goes when there are too many.</summary>
    public void Add(double time, double value)
    {
        lock (_gate)
        {
            if (_count == most)
            {
                var kept = most - (most / 4);
                Array.Copy(_times, _count - kept, _times, 0, kept);
                Array.Copy(_values, _count - kept, _values, 0, kept);
                _count = kept;
            }
            else if (_count == _times.Length)
            {
                Array.Resize(ref _times, Math.Min(most, _count * 2));
                Array.Resize(ref _values, Math.Min(most, _count * 2));
            }

            (_times[_count], _values[_count], LastTime) = (time, value, time);
            _count++;
        }
    }

    /// <summary>The last value after one time and not after another; null where there is none.</summary>
    public double? Newest(double after, double until)
    {
        lock (_gate)
        {
            var at = Before(until);
            return at >= 0 && _times[at] > after ? _values[at] : null;
        }
    }

    /// <summary>The samples after one time and not after another.</summary>
    public (double[] Times, double[] Values) Between(double after, double until)
    {
        lock (_gate)
        {
            var (first, last) = (Before(after) + 1, Before(until));
            return last < first ? ([], []) : (_times[first..(last + 1)], _values[first..(last + 1)]);
        }
    }

    // The place of the last sample not after a time; -1 where there is none.
    private int Before(double time)
    {
        var at = Array.BinarySearch(_times, 0, _count, time);
        return at >= 0 ? at : ~at - 1;
    }
}
