using System.Text;

namespace Weir.Workloads.Http;

/// <summary>Reads lines and counted bytes from a stream through a small buffer of its own.</summary>
internal sealed class WireReader(Stream stream)
{
    private const int MaxLine = 16 * 1024;
    private readonly byte[] _buffer = new byte[4096];
    private int _start, _end;

    /// <summary>The next line without its end; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The line is longer than 16 KiB.</exception>
    public async Task<string?> LineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellation)) return line.Length == 0 ? null : line.ToString();
            var feed = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var take = feed < 0 ? _end - _start : feed;
            line.Append(Encoding.Latin1.GetString(_buffer, _start, take));
            _start += feed < 0 ? take : take + 1;
            if (feed >= 0) return line.ToString().TrimEnd('\r');
            if (line.Length > MaxLine) throw new InvalidDataException("A line is longer than 16 KiB.");
        }
    }

    /// <summary>Copies <paramref name="count"/> bytes, or with null all that come; returns how many came.</summary>
    public async Task<long> CopyAsync(Stream destination, long? count, CancellationToken cancellation)
    {
        long copied = 0;
        while (count is null || copied < count)
        {
            if (_start == _end && !await FillAsync(cancellation)) break;
            var take = (int)Math.Min(_end - _start, (count - copied) ?? long.MaxValue);
            await destination.WriteAsync(_buffer.AsMemory(_start, take), cancellation);
            _start += take;
            copied += take;
        }

        return copied;
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellation);
        return _end > 0;
    }
}
