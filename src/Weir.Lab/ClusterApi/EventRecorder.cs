using System.Text.Json.Nodes;
using System.Threading.Channels;
using Weir.Cluster;
using Weir.Cluster.Objects;

namespace Weir.Lab.ClusterApi;

/// <summary>
/// Writes what happens to objects as Kubernetes' events. What happens again is the same event with a higher count, as with a kubelet. It never
/// holds up who tells it: what does not fit its queue is left out.
/// </summary>
/// <param name="connection">The API server.</param>
/// <param name="component">Who tells, such as <c>kubelet</c>.</param>
/// <param name="host">On which node; null for none.</param>
/// <param name="time">The clock.</param>
internal sealed class EventRecorder(KubernetesConnection connection, string component, string? host, TimeProvider time)
{
    private const int MostKnown = 4096;
    private static readonly TimeSpan s_sameFor = TimeSpan.FromMinutes(10);
    private readonly Channel<Told> _queue = Channel.CreateBounded<Told>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Tells of something as it should be.</summary>
    /// <param name="about">The object, with kind, name and uid.</param>
    /// <param name="reason">One word, such as <c>Started</c>.</param>
    /// <param name="message">A sentence.</param>
    /// <param name="field">Which part of the object; null is the whole.</param>
    public void Normal(JsonObject about, string reason, string message, string? field = null) => Tell(about, "Normal", reason, message, field);

    /// <summary>Tells of something that should not be.</summary>
    /// <inheritdoc cref="Normal"/>
    public void Warning(JsonObject about, string reason, string message, string? field = null) => Tell(about, "Warning", reason, message, field);

    /// <summary>Writes what is told until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var told in _queue.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                await WriteAsync(told, cancellation);
            }
            catch (Exception e) when (e is ApiRefusedException or HttpRequestException or IOException)
            {
                // An event is a courtesy: its namespace may be going, or the server.
            }
        }
    }

    private void Tell(JsonObject about, string type, string reason, string message, string? field)
    {
        var reference = new JsonObject
        {
            ["kind"] = about.Text("kind"),
            ["namespace"] = about.Text("metadata", "namespace"),
            ["name"] = about.Text("metadata", "name"),
            ["uid"] = about.Text("metadata", "uid"),
            ["apiVersion"] = about.Text("apiVersion"),
            ["resourceVersion"] = about.Text("metadata", "resourceVersion"),
        };
        foreach (var empty in reference.Where(p => p.Value is null).Select(p => p.Key).ToList()) reference.Remove(empty);
        if (field is not null) reference["fieldPath"] = field;
        _queue.Writer.TryWrite(new Told(reference, type, reason, message, time.GetUtcNow()));
    }

    private async Task WriteAsync(Told told, CancellationToken cancellation)
    {
        var about = told.About;
        var ns = about.Text("namespace") ?? "default";
        var collection = $"/api/v1/namespaces/{ns}/events";
        var stamp = Api.Timestamps.Text(told.At);
        var key = string.Join('\n', about.Text("kind"), about.Text("uid"), about.Text("fieldPath"), told.Type, told.Reason, told.Message);
        if (_known.TryGetValue(key, out var known) && told.At - known.Last < s_sameFor)
        {
            _known[key] = known with { Count = known.Count + 1, Last = told.At };
            try
            {
                await connection.SendAsync(
                    HttpMethod.Patch, $"{collection}/{known.Name}", new JsonObject { ["count"] = known.Count + 1, ["lastTimestamp"] = stamp }, cancellation, "application/merge-patch+json");
                return;
            }
            catch (ApiRefusedException gone) when (gone.IsNotFound)
            {
                // Deleted or too old meanwhile: it begins again.
            }
        }

        if (_known.Count >= MostKnown) _known.Clear();
        var name = string.Create(CultureInfo.InvariantCulture, $"{about.Text("name")}.{Guid.NewGuid().ToString("N")[..16]}");
        _known[key] = new Known(name, 1, told.At);
        var source = new JsonObject { ["component"] = component };
        if (host is not null) source["host"] = host;
        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
            ["involvedObject"] = about,
            ["type"] = told.Type,
            ["reason"] = told.Reason,
            ["message"] = told.Message,
            ["source"] = source,
            ["reportingComponent"] = component,
            ["reportingInstance"] = host ?? "",
            ["count"] = 1,
            ["firstTimestamp"] = stamp,
            ["lastTimestamp"] = stamp,
        };
        await connection.SendAsync(HttpMethod.Post, collection, document, cancellation);
    }

    private sealed record Told(JsonObject About, string Type, string Reason, string Message, DateTimeOffset At);

    private sealed record Known(string Name, int Count, DateTimeOffset Last);
}
