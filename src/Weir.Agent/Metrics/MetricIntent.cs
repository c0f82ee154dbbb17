using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.FlowLogs;
using Weir.FlowLog.Selection;
using Weir.Observe.Metrics;

namespace Weir.Agent.Metrics;

/// <summary>Brings what the node counts in line with the cluster's ContainerNetworkMetric, and says so in its status.</summary>
internal sealed partial class MetricIntent(FlowMetrics metrics, FlowLogStatus status, TimeProvider time, ILogger<MetricIntent> logger)
{
    /// <summary>The resource's plural name.</summary>
    public const string Kind = "containernetworkmetrics";

    private static readonly TimeSpan _reconcile = TimeSpan.FromSeconds(30);

    private readonly Channel<IReadOnlyCollection<FlowLogDocument>> _changes = Channel.CreateBounded<IReadOnlyCollection<FlowLogDocument>>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private (string Uid, long Generation) _inForce;

    /// <summary>Takes the newest state of the resource. Returns at once.</summary>
    public void Offer(IReadOnlyCollection<FlowLogDocument> resources)
    {
        Select(resources.FirstOrDefault(r => r.Name == MetricReader.OnlyName));
        _changes.Writer.TryWrite(resources);
    }

    /// <summary>Writes status until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        IReadOnlyCollection<FlowLogDocument> known = [];
        while (true)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(_changes.Reader.WaitToReadAsync(wait.Token).AsTask(), Task.Delay(_reconcile, time, wait.Token));
            await wait.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            if (_changes.Reader.TryRead(out var newest)) known = newest;
            foreach (var one in known) await SayAsync(one, cancellation);
        }
    }

    /// <summary>Without the resource everything is counted; one that is wrong leaves what was in force.</summary>
    private void Select(FlowLogDocument? resource)
    {
        if (resource is null)
        {
            if (_inForce.Uid is not null) metrics.Filters = [];
            _inForce = default;
            return;
        }

        // A change of its status is no change of what is counted: series would begin anew.
        if (_inForce == (resource.Uid, resource.Generation)) return;
        var selections = MetricReader.Read(resource.Document, out var faults);
        if (faults.Count > 0) return;
        metrics.Filters = [.. selections.Select(s => new MetricFilter(s.Metric, s.Counts, s.UsesAddresses))];
        _inForce = (resource.Uid, resource.Generation);
    }

    private async Task SayAsync(FlowLogDocument one, CancellationToken cancellation)
    {
        MetricReader.Read(one.Document, out var faults);
        try
        {
            if (faults.Count > 0) await status.WriteAsync(one, FlowLogStatus.Failed, string.Join(' ', faults), cancellation);
            else await status.WriteAsync(one, FlowLogStatus.Configured, string.Join(' ', MetricLint.Find(one.Document)), cancellation);
        }
        catch (Exception e) when (e is ApiRefusedException or HttpRequestException or IOException or JsonException)
        {
            // The status is a courtesy to the author: counting does not wait for it.
            Log.Failed(logger, one.Name, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9060, LogLevel.Warning, "The status of the ContainerNetworkMetric {Name} could not be written; what is counted is not affected. {Reason}")]
        public static partial void Failed(ILogger logger, string name, string reason);
    }
}
