using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Weir.FlowLog.Store;

/// <summary>Which segments live, kept in the manifest; deletes a segment's file when it is listed no more and its last reader has gone.</summary>
internal sealed partial class SegmentCatalog
{
    private readonly Lock _gate = new();
    private readonly IStoreFiles _files;
    private readonly string _folder;
    private readonly ILogger _logger;
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _doomed = new(StringComparer.Ordinal);

    private SegmentCatalog(IStoreFiles files, string folder, Manifest manifest, ILogger logger) =>
        (_files, _folder, Current, _logger) = (files, folder, manifest, logger);

    /// <summary>Held by whoever decides, by the boundary between the tiers, which tier rows belong to, until that is committed.</summary>
    public Lock Tiers { get; } = new();

    /// <summary>The newest manifest.</summary>
    public Manifest Current { get; private set; }

    /// <summary>Reads the manifest; sets aside segments that are missing or have a wrong size, deletes files that nobody lists.</summary>
    /// <exception cref="InvalidDataException">The manifest cannot be read; the message says what to do.</exception>
    public static SegmentCatalog Open(IStoreFiles files, string folder, ILogger logger)
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        var path = Path.Combine(folder, ManifestFile.Name);
        var catalog = new SegmentCatalog(files, folder, File.Exists(path) ? ManifestFile.Read(path) : new Manifest(), logger);
        catalog.SetAside(catalog.Current.Segments.Where(s => !HasItsSize(Path.Combine(folder, s.File), s)).ToList());
        catalog.DeleteOrphans();
        return catalog;
    }

    /// <summary>Takes a number for a new file.</summary>
    public long TakeNumber()
    {
        lock (_gate)
        {
            // Lost numbers harm nobody; the next manifest carries the newest on.
            Current = Current with { NextFile = Current.NextFile + 1 };
            return Current.NextFile - 1;
        }
    }

    /// <summary>Replaces the manifest. When this returns, the change survives a crash.</summary>
    /// <exception cref="IOException">It could not be written; the old one stays.</exception>
    public void Commit(Func<Manifest, Manifest> change)
    {
        lock (_gate)
        {
            var next = change(Current) with { Number = Current.Number + 1 };
            _files.Replace(Path.Combine(_folder, ManifestFile.Name), JsonSerializer.SerializeToUtf8Bytes(next, ManifestJson.Default.Manifest));
            var gone = Current.Segments.Select(s => s.File).Except(next.Segments.Select(s => s.File)).ToList();
            Current = next;
            foreach (var file in gone)
            {
                if (_readers.ContainsKey(file)) _doomed.Add(file);
                else Delete(file);
            }
        }
    }

    /// <summary>Holds all live segments for a reader, until it is disposed.</summary>
    public StoreSnapshot Hold()
    {
        lock (_gate)
        {
            var held = Current;
            foreach (var segment in held.Segments) _readers[segment.File] = _readers.GetValueOrDefault(segment.File) + 1;
            return new StoreSnapshot(_folder, held, () => Release(held));
        }
    }

    /// <summary>Moves segments out of the way, so that the rest can be read.</summary>
    public void SetAside(IReadOnlyList<Segment> damaged)
    {
        if (damaged.Count == 0) return;
        foreach (var segment in damaged)
        {
            Log.Damaged(_logger, segment.File, segment.Rows);
            var path = Path.Combine(_folder, segment.File);
            if (!File.Exists(path)) continue;
            var aside = Path.Combine(_folder, "damaged", Path.GetFileName(segment.File));
            Directory.CreateDirectory(Path.GetDirectoryName(aside)!);
            File.Move(path, aside, overwrite: true);
        }

        var files = damaged.Select(s => s.File).ToHashSet(StringComparer.Ordinal);
        Commit(m => m with { Segments = [.. m.Segments.Where(s => !files.Contains(s.File))], Damaged = [.. m.Damaged, .. damaged] });
    }

    private static bool HasItsSize(string path, Segment segment) => File.Exists(path) && new FileInfo(path).Length == segment.Bytes;

    private void DeleteOrphans()
    {
        var listed = Current.Segments.Select(s => Path.Combine(_folder, s.File)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "data"), "*", SearchOption.AllDirectories).ToList())
            if (!listed.Contains(file)) File.Delete(file);
    }

    private void Release(Manifest held)
    {
        lock (_gate)
        {
            foreach (var segment in held.Segments)
            {
                if (--_readers[segment.File] > 0) continue;
                _readers.Remove(segment.File);
                if (_doomed.Remove(segment.File)) Delete(segment.File);
            }
        }
    }

    private void Delete(string file)
    {
        var path = Path.Combine(_folder, file);
        File.Delete(path);
        var hour = Path.GetDirectoryName(path)!;
        if (Directory.Exists(hour) && !Directory.EnumerateFileSystemEntries(hour).Any()) Directory.Delete(hour);
    }

    private static partial class Log
    {
        [LoggerMessage(7001, LogLevel.Error, "The segment {File} is damaged; it is set aside in 'damaged', {Rows} rows are missing from now on.")]
        public static partial void Damaged(ILogger logger, string file, long rows);
    }
}
