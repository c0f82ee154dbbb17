using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Cluster;
using Weir.Cluster.FlowLogs;
using Weir.FlowLog.Node;
using Weir.FlowLog.Selection;

namespace Weir.Agent.FlowLogs;

/// <summary>Brings what the node logs in line with the cluster's ContainerNetworkLogs, and says so in their status.</summary>
internal sealed partial class FlowLogIntent(NodeLog log, FlowLogStatus status, Func<ClusterState> cluster, TimeProvider time, ILogger<FlowLogIntent> logger)
{
    /// <summary>How often the status is looked at again: pods come and go, and with them what a filter matches.</summary>
    private static readonly TimeSpan _reconcile = TimeSpan.FromSeconds(30);

    private readonly Channel<IReadOnlyCollection<FlowLogDocument>> _changes = Channel.CreateBounded<IReadOnlyCollection<FlowLogDocument>>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Dictionary<(string Path, string Uid), IReadOnlyList<LogFilter>> _good = [];

    /// <summary>Takes the newest state of all resources. Returns at once.</summary>
    public void Offer(IReadOnlyCollection<FlowLogDocument> logs)
    {
        Select(logs);
        _changes.Writer.TryWrite(logs);
    }

    /// <summary>Writes status until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        IReadOnlyCollection<FlowLogDocument> known = [];
        while (true)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var more = _changes.Reader.WaitToReadAsync(wait.Token).AsTask();
            await Task.WhenAny(more, Task.Delay(_reconcile, time, wait.Token));
            await wait.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            if (_changes.Reader.TryRead(out var newest)) known = newest;
            foreach (var one in known) await SayAsync(one, cancellation);
        }
    }

    /// <summary>A resource that is wrong leaves the last version that was not in force.</summary>
    private void Select(IReadOnlyCollection<FlowLogDocument> logs)
    {
        foreach (var one in logs)
        {
            var filters = LogReader.Read(one.Document, out var faults);
            if (faults.Count == 0) _good[(one.Path, one.Uid)] = filters;
        }

        foreach (var gone in _good.Keys.Except(logs.Select(l => (l.Path, l.Uid))).ToList()) _good.Remove(gone);
        log.Selection = _good.Count == 0 ? LogSelection.Nothing : new LogSelection(_good.Values.SelectMany(f => f));
    }

    private async Task SayAsync(FlowLogDocument one, CancellationToken cancellation)
    {
        var filters = LogReader.Read(one.Document, out var faults);
        try
        {
            if (faults.Count > 0) await status.WriteAsync(one, FlowLogStatus.Failed, string.Join(' ', faults), cancellation);
            else await status.WriteAsync(one, FlowLogStatus.Configured, string.Join(' ', Unmatched.In(filters, cluster())), cancellation);
        }
        catch (Exception e) when (e is ApiRefusedException or HttpRequestException or IOException or JsonException)
        {
            // The status is a courtesy to the author: logging does not wait for it.
            Log.Failed(logger, one.Name, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9040, LogLevel.Warning, "The status of the ContainerNetworkLog {Name} could not be written; what is logged is not affected. {Reason}")]
        public static partial void Failed(ILogger logger, string name, string reason);
    }
}
