namespace Weir.FlowLog.Store;

/// <summary>What the store holds at one moment, for one reader: its files stay until this is disposed.</summary>
public sealed class StoreSnapshot : IDisposable
{
    private Action? _release;

    internal StoreSnapshot(string folder, Manifest manifest, Action release) => (Folder, Manifest, _release) = (folder, manifest, release);

    /// <summary>The store's folder.</summary>
    public string Folder { get; }

    /// <summary>What is in it.</summary>
    public Manifest Manifest { get; }

    /// <summary>The whole paths of the segments that may hold rows of a time.</summary>
    /// <param name="from">The earliest time, in ticks.</param>
    /// <param name="until">The latest time, in ticks.</param>
    public IReadOnlyList<string> FilesOf(long from = long.MinValue, long until = long.MaxValue) =>
        [.. Manifest.Segments.Where(s => s.Until >= from && s.From <= until).OrderBy(s => s.From).Select(s => Path.Combine(Folder, s.File))];

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
