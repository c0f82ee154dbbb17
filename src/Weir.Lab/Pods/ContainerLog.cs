using System.Text;

namespace Weir.Lab.Pods;

/// <summary>Keeps what a container prints, in the form of Kubernetes' nodes: "2026-01-02T03:04:05.678901234Z stdout F text". Starts over at 4 MiB.</summary>
internal sealed class ContainerLog(string path, TimeProvider time) : IAsyncDisposable
{
    private const long MostBytes = 4 * 1024 * 1024;
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    private readonly Lock _writing = new();

    /// <summary>Copies both streams until they end.</summary>
    public Task CopyAsync(StreamReader output, StreamReader error) => Task.WhenAll(CopyAsync(output, "stdout"), CopyAsync(error, "stderr"));

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task CopyAsync(StreamReader from, string stream)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture);
            var record = Encoding.UTF8.GetBytes($"{stamp}00Z {stream} F {line}\n");
            lock (_writing)
            {
                if (_file.Length > MostBytes) _file.SetLength(0);
                _file.Write(record);
                _file.Flush();
            }
        }
    }
}
