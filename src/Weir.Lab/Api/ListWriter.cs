using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>Answers a list: picks what the selectors want and puts the stored bytes behind one another.</summary>
internal sealed class ListWriter(ObjectStore store)
{
    /// <summary>How much of an answer is sent at once.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>A page of a list.</summary>
    /// <param name="Revision">The revision to watch from.</param>
    /// <param name="Objects">The objects, ordered by namespace and name.</param>
    /// <param name="Continue">Where the next page starts; null on the last.</param>
    /// <param name="Remaining">How many objects come after; null when a selector makes that unknown.</param>
    public sealed record Page(long Revision, IReadOnlyList<StoredObject> Objects, ContinueToken? Continue, int? Remaining)
    {
        /// <summary>The list's metadata.</summary>
        public JsonObject Metadata()
        {
            var meta = new JsonObject { ["resourceVersion"] = Revision.ToString(CultureInfo.InvariantCulture) };
            if (Continue is null) return meta;
            meta["continue"] = Continue.ToString();
            meta["remainingItemCount"] = Remaining;
            return meta;
        }
    }

    /// <summary>Picks a page.</summary>
    public Page Pick(ApiTarget target, ListOptions options)
    {
        if (options.Fields.OnlyName is { } only && target.Namespace.Length > 0 | !target.Kind.Namespaced)
        {
            var revision = store.Revision;
            var one = store.Find(target.Kind, target.Namespace, only);
            return new Page(revision, one is not null && options.Wants(one) ? [one] : [], null, null);
        }

        var (now, all) = store.List(target.Kind, target.Namespace);
        var wanted = all.FindAll(o => options.Wants(o)
            && (options.Continue is null || string.CompareOrdinal(o.Key, options.Continue.After) > 0));
        var first = options.Continue?.Revision ?? now;
        if (options.Limit == 0 || wanted.Count <= options.Limit) return new Page(first, wanted, null, null);
        var page = wanted[..options.Limit];
        return new Page(first, page, new ContinueToken(first, page[^1].Key), wanted.Count - page.Count);
    }

    /// <summary>Writes a page as the kind's list document, piece by piece, so that a long one is never held whole.</summary>
    public static async Task WriteAsync(PipeWriter output, ResourceKind kind, Page page, CancellationToken cancellation)
    {
        Text(output, $"{{\"kind\":\"{kind.ListKind}\",\"apiVersion\":\"{kind.ApiVersion}\",\"metadata\":{page.Metadata().ToJsonString()},\"items\":[");
        for (var i = 0; i < page.Objects.Count; i++)
        {
            if (i > 0) Text(output, ",");
            output.Write(BytesFor(kind, page.Objects[i]));
            if (output.UnflushedBytes > PieceBytes) await output.FlushAsync(cancellation);
        }

        Text(output, "]}\n");
        await output.FlushAsync(cancellation);
    }

    /// <summary>The document in the version that was asked for.</summary>
    public static ReadOnlySpan<byte> BytesFor(ResourceKind kind, StoredObject stored)
    {
        if (kind.StoredVersion is null) return stored.Json;
        var document = stored.Document();
        VersionConversion.FromStored(kind, document);
        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(document, ApiJson.Options);
    }

    private static void Text(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
