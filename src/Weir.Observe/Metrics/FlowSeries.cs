using Prometheus;

namespace Weir.Observe.Metrics;

/// <summary>One series that flows are counted in: the library's handle, found once and kept.</summary>
internal sealed class FlowSeries
{
    private readonly Counter.Child? _counter;
    private readonly Histogram.Child? _histogram;
    private readonly Counter.Child? _overflow;

    public FlowSeries(Counter.Child counter, Counter.Child? overflow) => (_counter, _overflow) = (counter, overflow);

    public FlowSeries(Histogram.Child histogram, Counter.Child? overflow) => (_histogram, _overflow) = (histogram, overflow);

    /// <summary>Adds to the counter, or observes. Allocates nothing.</summary>
    public void Add(double amount)
    {
        if (_counter is not null) _counter.Inc(amount);
        else _histogram!.Observe(amount);
        _overflow?.Inc();
    }

    /// <summary>The same with the id of the trace that the flow belongs to.</summary>
    public void Add(double amount, string trace)
    {
        var exemplar = Exemplar.From(Exemplar.Pair("traceID", trace));
        if (_counter is not null) _counter.Inc(amount, exemplar);
        else _histogram!.Observe(amount, exemplar);
        _overflow?.Inc();
    }
}
