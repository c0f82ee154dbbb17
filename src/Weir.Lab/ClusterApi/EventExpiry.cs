using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;

namespace Weir.Lab.ClusterApi;

/// <summary>Deletes events an hour after they last happened, as a real server does, so that they never fill the store.</summary>
internal sealed class EventExpiry(KubernetesConnection connection, TimeProvider time)
{
    private static readonly TimeSpan s_kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(s_period, time, cancellation);
            try
            {
                await SweepAsync(cancellation);
            }
            catch (Exception e) when (e is ApiRefusedException or HttpRequestException or IOException)
            {
                // The next time.
            }
        }
    }

    /// <summary>Deletes what is too old now.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var oldest = time.GetUtcNow() - s_kept;
        var list = await connection.SendAsync(HttpMethod.Get, "/api/v1/events", null, cancellation);
        foreach (var old in list.Items("items").OfType<JsonObject>().Where(e => LastSeen(e) < oldest))
        {
            try
            {
                await connection.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{old.Text("metadata", "namespace")}/events/{old.Text("metadata", "name")}", null, cancellation);
            }
            catch (ApiRefusedException gone) when (gone.IsNotFound)
            {
                // As wanted.
            }
        }
    }

    private static DateTimeOffset LastSeen(JsonObject seen)
    {
        var text = seen.Text("lastTimestamp") ?? seen.Text("series", "lastObservedTime") ?? seen.Text("eventTime") ?? seen.Text("metadata", "creationTimestamp");
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.MaxValue;
    }
}
