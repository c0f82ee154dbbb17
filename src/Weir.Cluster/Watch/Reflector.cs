using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weir.Cluster.Objects;

namespace Weir.Cluster.Watch;

/// <summary>Keeps a copy of one collection: lists it, watches it from there, and lists it again when the server has forgotten the place.</summary>
/// <remarks>Each callback is called on one thread at a time, in the server's order; a list tells all, an event one object.</remarks>
public sealed partial class Reflector(
    KubernetesConnection connection, string path, ClusterWatchOptions options, TimeProvider time, ILogger logger)
{
    // Longer than any object that a server takes (3 MiB), with room for escapes.
    private const int LongestLineBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan _watchTime = TimeSpan.FromMinutes(5);

    /// <summary>Told the whole collection, which replaces what was known.</summary>
    public required Action<IReadOnlyList<JsonObject>> Listed { get; init; }

    /// <summary>Told an object that is new or changed.</summary>
    public required Action<JsonObject> Changed { get; init; }

    /// <summary>Told the last version of an object that is gone.</summary>
    public required Action<JsonObject> Removed { get; init; }

    /// <summary>Runs until it is cancelled; failures are logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? revision = null;
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                revision ??= await ListAsync(cancellationToken);
                revision = await WatchAsync(revision, () => failures = 0, cancellationToken);
            }
            catch (ApiRefusedException expired) when (expired.IsExpired)
            {
                // Nothing is lost: the list tells what the missed events would have.
                Log.Expired(logger, path);
                revision = null;
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException or ApiRefusedException
                || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                failures++;
                var pause = Pause(failures);
                Log.Failed(logger, path, connection.Address, pause, fault.Message);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private TimeSpan Pause(int failures)
    {
        var doubled = options.FirstRetry * Math.Pow(2, Math.Min(failures - 1, 20));

        // Some chance in it, so that many agents do not come back in step.
        var pause = doubled < options.LongestRetry ? doubled : options.LongestRetry;
        return pause * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        string? next = null;
        while (true)
        {
            var page = await connection.SendAsync(
                HttpMethod.Get, Query($"limit=500{(next is null ? "" : $"&continue={Uri.EscapeDataString(next)}")}"), null, cancellationToken);
            items.AddRange(page.Items("items").OfType<JsonObject>());
            next = page.Text("metadata", "continue");
            if (!string.IsNullOrEmpty(next)) continue;
            Listed(items);
            return page.Text("metadata", "resourceVersion") ?? throw new JsonException($"the list at {path} has no resourceVersion");
        }
    }

    private async Task<string> WatchAsync(string revision, Action working, CancellationToken cancellationToken)
    {
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"watch=true&allowWatchBookmarks=true&timeoutSeconds={_watchTime.TotalSeconds}&resourceVersion={revision}");
        await using var stream = await connection.OpenStreamAsync(Query(query), cancellationToken);
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                revision = See(buffer.Slice(0, end)) ?? revision;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                working();
            }

            if (buffer.Length > LongestLineBytes) throw new JsonException($"an event of the watch at {path} is longer than {LongestLineBytes} bytes");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (!read.IsCompleted) continue;
            await reader.CompleteAsync();
            return revision;
        }
    }

    private string? See(ReadOnlySequence<byte> line)
    {
        if (line.Length <= 1) return null;
        var happened = JsonTree.Parse(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
        var document = happened.Map("object") ?? throw new JsonException($"an event of the watch at {path} has no object");
        switch (happened.Text("type"))
        {
            case "ADDED" or "MODIFIED":
                happened.Remove("object");
                Changed(document);
                break;
            case "DELETED":
                happened.Remove("object");
                Removed(document);
                break;
            case "ERROR":
                throw new ApiRefusedException(
                    (int)(document.Number("code") ?? 500), document.Text("reason") ?? "", document.Text("message") ?? "the watch failed");
        }

        return document.Text("metadata", "resourceVersion");
    }

    private string Query(string query) => path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query;

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Debug, "The watch of {Path} fell behind what the server keeps: listing again.")]
        public static partial void Expired(ILogger logger, string path);

        [LoggerMessage(3002, LogLevel.Warning, "Watching {Path} at {Address} failed, next try in {Pause}; the last known state stays in force. {Reason}")]
        public static partial void Failed(ILogger logger, string path, string address, TimeSpan pause, string reason);
    }
}
