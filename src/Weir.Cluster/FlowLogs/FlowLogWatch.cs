using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;
using Weir.Cluster.Watch;

namespace Weir.Cluster.FlowLogs;

/// <summary>Watches ContainerNetworkLogs or their like, apart from all that enforcement needs: a cluster may have no such kind.</summary>
public sealed partial class FlowLogWatch(
    KubernetesConnection connection, ClusterWatchOptions options, TimeProvider time, ILogger<FlowLogWatch> logger)
{
    /// <summary>The API group of both kinds.</summary>
    public const string Group = "/apis/acn.azure.com/v1alpha1";

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private ImmutableSortedDictionary<string, FlowLogDocument> _known = ImmutableSortedDictionary.Create<string, FlowLogDocument>(StringComparer.Ordinal);

    /// <summary>Which, by their plural names. Default: <c>containernetworklogs</c>, and <c>retinanetworkflowlogs</c> as it was once called.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = ["containernetworklogs", "retinanetworkflowlogs"];

    /// <summary>Told all of them whenever one changed. Called on one thread at a time.</summary>
    public required Action<IReadOnlyCollection<FlowLogDocument>> Changed { get; init; }

    /// <summary>Runs until it is cancelled. While the server cannot be reached, what was known stays.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(Kinds.Select(kind => RunAsync(kind, cancellationToken)));

    private async Task RunAsync(string kind, CancellationToken cancellationToken)
    {
        while (!await IsServedAsync(kind, cancellationToken)) await Task.Delay(_pause, time, cancellationToken);
        await new Reflector(connection, $"{Group}/{kind}", options, time, logger)
        {
            Listed = items => Set(known => known
                .RemoveRange(known.Values.Where(d => d.Plural == kind).Select(d => d.Path))
                .SetItems(items.Select(i => FlowLogDocument.Read(kind, i)).Select(d => KeyValuePair.Create(d.Path, d)))),
            Changed = item => Set(known => known.SetItem(FlowLogDocument.Read(kind, item).Path, FlowLogDocument.Read(kind, item))),
            Removed = item => Set(known => known.Remove(FlowLogDocument.Read(kind, item).Path)),
        }.RunAsync(cancellationToken);
    }

    private async Task<bool> IsServedAsync(string kind, CancellationToken cancellationToken)
    {
        try
        {
            var served = await connection.SendAsync(HttpMethod.Get, Group, null, cancellationToken);
            return served.Items("resources").Any(r => r.Text("name") == kind);
        }
        catch (ApiRefusedException none) when (none.IsNotFound)
        {
            return false;
        }
        catch (Exception e) when (e is ApiRefusedException or HttpRequestException or IOException or JsonException)
        {
            Log.Unknown(logger, kind, e.Message);
            return false;
        }
    }

    private void Set(Func<ImmutableSortedDictionary<string, FlowLogDocument>, ImmutableSortedDictionary<string, FlowLogDocument>> change)
    {
        lock (_lock)
        {
            _known = change(_known);
            Changed([.. _known.Values]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3040, LogLevel.Debug, "Whether the cluster has {Kind} is not known yet. {Reason}")]
        public static partial void Unknown(ILogger logger, string kind, string reason);
    }
}
