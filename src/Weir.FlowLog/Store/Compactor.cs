namespace Weir.FlowLog.Store;

/// <summary>Merges small segments, turns old flows into aggregates, and deletes what is too old or too much.</summary>
internal sealed class Compactor(SegmentWriter writer, SegmentCatalog catalog, StoreOptions options, TimeProvider time) : IDisposable
{
    /// <summary>So many fresh segments of an hour are merged into one.</summary>
    private const int MaxFresh = 10;

    /// <summary>How long after its end an hour is merged whole: by then its late rows have come.</summary>
    private static readonly long _quiet = TimeSpan.FromMinutes(5).Ticks;

    private readonly Lock _gate = new();

    /// <summary>Does all that is due. Each step is one replacement of the manifest.</summary>
    public void Run()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow().UtcTicks;
            Expire(now);
            Aggregate(now);
            Merge(now);
        }
    }

    /// <summary>Reads all segments and sets aside those whose bytes changed.</summary>
    public IReadOnlyList<Segment> Verify()
    {
        lock (_gate)
        {
            using var held = catalog.Hold();
            var damaged = held.Manifest.Segments.Where(s => !StoreReader.IsWhole(Path.Combine(held.Folder, s.File), s)).ToList();
            catalog.SetAside(damaged);
            return damaged;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    private void Expire(long now)
    {
        var oldest = now - options.MaxAge.Ticks;
        var live = catalog.Current.Segments;
        var total = live.Sum(s => s.Bytes);
        var gone = new HashSet<long>();
        foreach (var hour in live.GroupBy(s => s.Hour).OrderBy(h => h.Key))
        {
            if (hour.Key + SegmentWriter.Hour > oldest && total <= options.MaxBytes) break;
            gone.Add(hour.Key);
            total -= hour.Sum(s => s.Bytes);
        }

        if (gone.Count > 0) catalog.Commit(m => m with { Segments = [.. m.Segments.Where(s => !gone.Contains(s.Hour))] });
    }

    /// <summary>All hours up to the new boundary change their tier in one step, together with the boundary itself.</summary>
    private void Aggregate(long now)
    {
        var boundary = now - options.RawAge.Ticks;
        boundary -= boundary % SegmentWriter.Hour;
        if (boundary <= catalog.Current.RawFrom) return;
        var (made, whole) = Aggregates(Raw(boundary));
        lock (catalog.Tiers)
        {
            // Few: what was flushed into these hours meanwhile. From here on the flusher knows the new boundary.
            var (late, rest) = Aggregates(Raw(boundary).Where(s => !whole.Contains(s.File)));
            whole.UnionWith(rest);
            catalog.Commit(m => m with { Segments = [.. m.Segments.Where(s => !whole.Contains(s.File)), .. made, .. late], RawFrom = boundary });
        }
    }

    private IEnumerable<Segment> Raw(long before) => catalog.Current.Segments.Where(s => !s.IsAggregate && s.Hour < before);

    private (List<Segment> Made, HashSet<string> Whole) Aggregates(IEnumerable<Segment> raw)
    {
        var made = new List<Segment>();
        var whole = new HashSet<string>(StringComparer.Ordinal);
        foreach (var hour in raw.GroupBy(s => s.Hour).ToList())
        {
            var (rows, readable) = RowsOf(hour);
            if (rows is null) continue;
            whole.UnionWith(readable.Select(s => s.File));
            if (writer.Write(Aggregation.Of(rows, options.MaxWindowRows), hour.Key, level: 2, isAggregate: true) is { } segment) made.Add(segment);
        }

        return (made, whole);
    }

    private void Merge(long now)
    {
        foreach (var hour in catalog.Current.Segments.GroupBy(s => (s.Hour, s.IsAggregate)).ToList())
        {
            var isOver = hour.Key.Hour + SegmentWriter.Hour + _quiet < now;
            var fresh = isOver ? [.. hour] : hour.Where(s => s.Level == 0).ToList();
            if (fresh.Count < (isOver ? 2 : MaxFresh)) continue;
            Replace(
                fresh,
                rows => hour.Key.IsAggregate ? Aggregation.Of(rows, options.MaxWindowRows) : $"SELECT * FROM {rows} ORDER BY time",
                isOver ? 2 : 1,
                hour.Key.IsAggregate);
        }
    }

    private void Replace(List<Segment> segments, Func<string, string> select, int level, bool isAggregate)
    {
        var (rows, readable) = RowsOf(segments);
        if (rows is null) return;
        var made = writer.Write(select(rows), segments[0].Hour, level, isAggregate);
        var gone = readable.Select(s => s.File).ToHashSet(StringComparer.Ordinal);
        catalog.Commit(m => m with { Segments = [.. m.Segments.Where(s => !gone.Contains(s.File)), .. made is null ? [] : new[] { made }] });
    }

    /// <summary>The rows of segments as a table of SQL; those that are damaged are set aside first. Null when none is left.</summary>
    private (string? Rows, List<Segment> Readable) RowsOf(IEnumerable<Segment> segments)
    {
        var all = segments.ToList();
        var damaged = all.Where(s => !StoreReader.IsWhole(Path.Combine(options.Folder, s.File), s)).ToList();
        catalog.SetAside(damaged);
        var readable = all.Except(damaged).ToList();
        if (readable.Count == 0) return (null, readable);
        var files = string.Join(", ", readable.Select(s => $"'{SegmentWriter.Quoted(Path.Combine(options.Folder, s.File))}'"));
        return ($"read_parquet([{files}], union_by_name = true)", readable);
    }
}
