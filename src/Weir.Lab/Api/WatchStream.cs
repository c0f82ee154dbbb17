using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weir.Lab.Api.Tables;

namespace Weir.Lab.Api;

/// <summary>Sends the changes of a kind to one client, one JSON line each, until the client, the time or the server ends it.</summary>
internal sealed class WatchStream(ObjectStore store, TimeProvider time, TableWriter? table)
{
    private static readonly TimeSpan _bookmarkEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(45);

    /// <summary>Runs until the watch ends.</summary>
    public async Task RunAsync(HttpContext http, ApiTarget target, ListOptions options, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(options.Timeout ?? _longest, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping, timeout.Token);
        var output = http.Response.BodyWriter;
        http.Response.ContentType = "application/json";
        try
        {
            var cursor = Start(output, target, options);
            await output.FlushAsync(linked.Token);
            await FollowAsync(http, target, options, cursor, linked.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // A clean end tells the client to come back with the revision that it has.
            http.Response.BodyWriter.Complete();
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }
        catch (ApiStatusException fault)
        {
            // A watch that has begun has answered 200 already: the fault travels as an event.
            Line(output, "ERROR", Encoding.UTF8.GetBytes(fault.ToStatus().ToJsonString(ApiJson.Options)));
            await output.FlushAsync(CancellationToken.None);
        }
    }

    private long Start(IBufferWriter<byte> output, ApiTarget target, ListOptions options)
    {
        var wantsState = options.SendInitialEvents || options.Revision is null or 0;
        if (!wantsState)
        {
            // A revision from the future is one of another life of this server.
            if (options.Revision > store.Revision) throw ApiFaults.Expired(options.Revision.Value, store.Revision);
            return options.Revision!.Value;
        }

        var (revision, objects) = store.List(target.Kind, target.Namespace);
        foreach (var stored in objects)
        {
            if (options.Wants(stored)) Line(output, "ADDED", Shown(target.Kind, stored));
        }

        if (options.SendInitialEvents && options.Bookmarks) Bookmark(output, target.Kind, revision, true);
        return revision;
    }

    private async Task FollowAsync(HttpContext http, ApiTarget target, ListOptions options, long cursor, CancellationToken ct)
    {
        var output = http.Response.BodyWriter;
        var told = time.GetTimestamp();
        while (true)
        {
            var (events, reached, more) = store.EventsAfter(target.Kind, cursor);
            cursor = reached;
            var any = false;
            foreach (var happened in events) any |= Send(output, target, options, happened);
            if (any)
            {
                told = time.GetTimestamp();
                await output.FlushAsync(ct);
            }

            if (events.Count > 0) continue;
            var wait = _bookmarkEvery - time.GetElapsedTime(told);
            if (wait > TimeSpan.Zero && await MoreOrTimeAsync(more, wait, ct)) continue;
            told = time.GetTimestamp();
            if (!options.Bookmarks) continue;
            Bookmark(output, target.Kind, cursor, false);
            await output.FlushAsync(ct);
        }
    }

    private async Task<bool> MoreOrTimeAsync(Task more, TimeSpan wait, CancellationToken ct)
    {
        try
        {
            await more.WaitAsync(wait, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private bool Send(IBufferWriter<byte> output, ApiTarget target, ListOptions options, StoreEvent happened)
    {
        if (target.Namespace.Length > 0 && happened.Object.Namespace != target.Namespace) return false;
        var now = happened.Type != StoreEventType.Deleted && options.Wants(happened.Object);
        var before = happened.Previous is not null && options.Wants(happened.Previous);

        // For this client an object exists only while the selectors want it.
        var type = (now, before) switch
        {
            (true, true) => "MODIFIED",
            (true, false) => "ADDED",
            (false, true) => "DELETED",
            _ => null,
        };
        if (type is null) return false;
        Line(output, type, Shown(target.Kind, happened.Object));
        return true;
    }

    private ReadOnlySpan<byte> Shown(ResourceKind kind, StoredObject stored)
    {
        if (table is null) return ListWriter.BytesFor(kind, stored);
        var meta = new JsonObject { ["resourceVersion"] = stored.Revision.ToString(CultureInfo.InvariantCulture) };
        return JsonSerializer.SerializeToUtf8Bytes(table.Write([Answer.Document(kind, stored)], meta), ApiJson.Options);
    }

    private static void Bookmark(IBufferWriter<byte> output, ResourceKind kind, long revision, bool ends)
    {
        var annotations = ends ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"kind\":\"{kind.Kind}\",\"apiVersion\":\"{kind.ApiVersion}\",\"metadata\":{{\"resourceVersion\":\"{revision}\"{annotations}}}}}");
        Line(output, "BOOKMARK", Encoding.UTF8.GetBytes(text));
    }

    private static void Line(IBufferWriter<byte> output, string type, ReadOnlySpan<byte> document)
    {
        Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":", output);
        output.Write(document);
        output.Write("}\n"u8);
    }
}
