using Prometheus;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Store;
using Weir.Observe.Metrics;

namespace Weir.Hub.Metrics;

/// <summary>The hub's own metrics, and with them those of every node.</summary>
public sealed class HubMetrics : IDisposable
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly NodePages _pages;
    private readonly TimeProvider _time;
    private readonly Gauge _up, _rows, _bytes, _lag;
    private readonly Counter _batches;

    /// <summary>Makes the families.</summary>
    /// <param name="nodes">The nodes whose metrics are passed on.</param>
    /// <param name="store">The hub's store.</param>
    /// <param name="time">The clock.</param>
    public HubMetrics(IReadOnlyList<MetricsNode> nodes, FlowStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        (_pages, _time) = (new NodePages(nodes, time), time);
        DotNetStats.Register(_registry);
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        _up = factory.CreateGauge("weir_hub_node_up", "Whether a node's metrics could be had", "node");
        _rows = factory.CreateGauge("weir_store_rows", "Flows in the store");
        _bytes = factory.CreateGauge("weir_store_bytes", "Bytes of the store's segments on disk");
        _lag = factory.CreateGauge("weir_store_lag_seconds", "How old the newest flow of a node's last batch was when it was safe", "node");
        _batches = factory.CreateCounter("weir_store_batches_total", "Batches of flows that nodes sent", "outcome");
        foreach (var outcome in (string[])["stored", "refused", "given_up"]) _batches.WithLabels(outcome);
        _registry.AddBeforeCollectCallback(() =>
        {
            using var held = store.Hold();
            _rows.Set(held.Manifest.Segments.Sum(s => s.Rows));
            _bytes.Set(held.Manifest.Segments.Sum(s => s.Bytes));
        });
    }

    /// <summary>The nodes whose metrics are passed on.</summary>
    public IReadOnlyList<string> Nodes => _pages.Nodes;

    /// <summary>Notes what became of a batch.</summary>
    public void Noted(IngestedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _batches.WithLabels(batch.Outcome.IsSafe ? "stored" : batch.Outcome.IsLasting ? "given_up" : "refused").Inc();
        if (batch.Outcome.IsSafe && batch.Newest is { } newest) _lag.WithLabels(batch.Node).Set(Math.Max(0, (_time.GetUtcNow() - newest).TotalSeconds));
    }

    /// <summary>Writes the hub's own metrics and those of every node that answers within a second.</summary>
    public async Task WriteAllAsync(Stream to, bool openMetrics, CancellationToken cancellation)
    {
        var union = new PageUnion();
        foreach (var (node, page) in await _pages.AskAllAsync(openMetrics, cancellation))
        {
            _up.WithLabels(node).Set(page is null ? 0 : 1);
            if (page is not null) union.Add(page);
        }

        using var own = new MemoryStream();
        await WriteOwnAsync(own, openMetrics, cancellation);
        union.Add(own.ToArray());
        await union.WriteAsync(to, openMetrics, cancellation);
    }

    /// <summary>Writes the hub's own metrics.</summary>
    public Task WriteOwnAsync(Stream to, bool openMetrics, CancellationToken cancellation) => MetricsPage.WriteAsync(_registry, to, openMetrics, cancellation);

    /// <summary>The metrics of one node; null where it does not answer.</summary>
    public Task<byte[]?> AskAsync(string node, bool openMetrics, CancellationToken cancellation) => _pages.AskAsync(node, openMetrics, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();
}
