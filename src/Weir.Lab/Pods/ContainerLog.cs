using System.Text;

namespace Weir.Lab.Pods;

/// <summary>
/// Keeps what one run of a container prints, in the form of Kubernetes' nodes: "2026-01-02T03:04:05.678901234Z stdout F text", with P in
/// place of F where the line goes on in the next record. Starts over at 4 MiB.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    private const long MostBytes = 4 * 1024 * 1024;
    private const int LongestRecord = 16 * 1024;
    private readonly TimeProvider _time;
    private readonly FileStream _file;
    private readonly Lock _writing = new();
    private readonly Dictionary<string, MemoryStream> _open = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOver;

    /// <summary>Starts a log, or goes on with one that a lab before this one began.</summary>
    public ContainerLog(string path, TimeProvider time)
    {
        (Path, _time) = (path, time);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Takes what the container printed.</summary>
    /// <param name="stream">stdout or stderr.</param>
    /// <param name="bytes">Any part of its output.</param>
    public void Write(string stream, ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            if (_isOver) return;
            if (!_open.TryGetValue(stream, out var line)) _open[stream] = line = new MemoryStream();
            while (bytes.Length > 0)
            {
                var end = bytes.IndexOf((byte)'\n');
                var part = bytes[..Math.Min(end < 0 ? bytes.Length : end, LongestRecord - (int)line.Length)];
                line.Write(part);
                bytes = bytes[part.Length..];
                if (bytes.Length > 0 && bytes[0] == '\n')
                {
                    bytes = bytes[1..];
                    Record(stream, line, isWhole: true);
                }
                else if (line.Length == LongestRecord)
                {
                    Record(stream, line, isWhole: false);
                }
            }

            _file.Flush();
        }

        Announce();
    }

    /// <summary>A stream of the container's output; any thread may write to it.</summary>
    public Stream Stream(string name) => System.IO.Stream.Synchronized(new Output(this, name));

    /// <summary>Whether nothing will be written any more.</summary>
    public bool IsOver
    {
        get
        {
            lock (_writing) return _isOver;
        }
    }

    /// <summary>Ends with the next change; has ended where none will come. To be taken before reading, so that no change falls between the two.</summary>
    public Task Watch()
    {
        lock (_writing) return _isOver ? Task.CompletedTask : _changed.Task;
    }

    /// <summary>Writes what was begun; nothing follows.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_isOver) return;
            foreach (var (stream, line) in _open.Where(o => o.Value.Length > 0)) Record(stream, line, isWhole: false);
            _isOver = true;
            _file.Dispose();
        }

        Announce();
    }

    private void Record(string stream, MemoryStream line, bool isWhole)
    {
        if (_file.Length > MostBytes) _file.SetLength(0);
        if (_file.Position > _file.Length) _file.Position = 0;
        _file.Write(Encoding.ASCII.GetBytes($"{Stamp(_time.GetUtcNow())} {stream} {(isWhole ? 'F' : 'P')} "));
        _file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        _file.WriteByte((byte)'\n');
        line.SetLength(0);
    }

    /// <summary>A time as records have it; two compare as their texts do.</summary>
    internal static string Stamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture) + "00Z";

    private void Announce()
    {
        TaskCompletionSource changed;
        lock (_writing)
        {
            changed = _changed;
            if (!_isOver) _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    private sealed class Output(ContainerLog log, string name) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => log.Write(name, buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => log.Write(name, buffer);
    }
}
