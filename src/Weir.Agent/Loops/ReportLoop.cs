using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Weir.Agent.Intent;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Cluster.Status;
using Weir.Model;

namespace Weir.Agent.Loops;

/// <summary>Tells the other nodes which identity the pods of this one have, as CiliumEndpoint objects.</summary>
internal sealed partial class ReportLoop(EndpointWriter writer, NodeState node, ILogger<ReportLoop> logger)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);
    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateUnbounded<Func<CancellationToken, Task>>();

    /// <summary>Notes that a pod's identity is in force, or that it is gone. Returns at once.</summary>
    public void Offer(LocalEndpoint endpoint, bool isThere)
    {
        var pod = new ObjectName(endpoint.Record.Namespace, endpoint.Record.Pod);
        if (!isThere)
        {
            _work.Writer.TryWrite(stop => writer.RemoveAsync(pod, stop));
            return;
        }

        var report = new EndpointReport(
            pod,
            endpoint.Record.Uid,
            endpoint.Record.EndpointId,
            endpoint.Identity,
            endpoint.Subject?.Labels ?? LabelSet.Empty,
            [.. endpoint.Addresses],
            node.Addresses.FirstOrDefault());
        _work.Writer.TryWrite(stop => writer.WriteAsync(report, stop));
    }

    /// <summary>Writes what was offered, in order, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var write in _work.Reader.ReadAllAsync(cancellation)) await WriteAsync(write, cancellation);
    }

    private async Task WriteAsync(Func<CancellationToken, Task> write, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await write(cancellation);
                return;
            }
            catch (ApiRefusedException e)
            {
                // Trying again would be refused again: the pod is gone, or the object is not ours.
                Log.Refused(logger, e.Message);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                Log.Unreachable(logger, e.Message);
                await Task.Delay(_pause, cancellation);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9020, LogLevel.Warning, "A pod's identity could not be reported; other nodes treat it as unmanaged. {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(9021, LogLevel.Warning, "The API server cannot be reached to report a pod's identity; trying again. {Reason}")]
        public static partial void Unreachable(ILogger logger, string reason);
    }
}
