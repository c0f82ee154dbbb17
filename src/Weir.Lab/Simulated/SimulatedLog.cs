using System.Text;

namespace Weir.Lab.Simulated;

/// <summary>Keeps what a program prints, in the form of Kubernetes' nodes, as a real container's log is kept. Starts over at 1 MiB.</summary>
internal sealed class SimulatedLog(string path, TimeProvider time) : IAsyncDisposable
{
    private const long MostBytes = 1024 * 1024;
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    private readonly Lock _writing = new();
    private bool _isClosed;

    /// <summary>One of a program's streams; any thread may write to it.</summary>
    public Stream Stream(string name) => System.IO.Stream.Synchronized(new Lines(this, name));

    public ValueTask DisposeAsync()
    {
        lock (_writing) _isClosed = true;
        return _file.DisposeAsync();
    }

    private void Write(string stream, string line)
    {
        var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture);
        lock (_writing)
        {
            if (_isClosed) return;
            if (_file.Length > MostBytes) _file.SetLength(0);
            _file.Write(Encoding.UTF8.GetBytes($"{stamp}00Z {stream} F {line}\n"));
            _file.Flush();
        }
    }

    /// <summary>Hands whole lines on.</summary>
    private sealed class Lines(SimulatedLog log, string name) : MemoryStream
    {
        private readonly StringBuilder _open = new();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            foreach (var c in Encoding.UTF8.GetString(buffer))
            {
                if (c != '\n')
                {
                    _open.Append(c);
                    continue;
                }

                log.Write(name, _open.ToString());
                _open.Clear();
            }
        }
    }
}
