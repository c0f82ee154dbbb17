using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Weir.Lab.Pods;

namespace Weir.Lab.Api.Streams;

/// <summary>Sends a container's log: the text of its records, as it grows where that is asked for.</summary>
internal sealed class LogReader(ContainerLog log, LogQuery query, PipeWriter to)
{
    private long? _left = query.LimitBytes;
    private long _position;
    private bool _isInLine;

    /// <summary>Sends until the log, the limit or the client's patience ends.</summary>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var isFirst = true;
        while (true)
        {
            // Both before reading: what comes after is seen the next time round.
            var (isOver, changed) = (log.IsOver, log.Watch());
            var text = Read();
            SendRecords(isFirst ? text[TailStart(text)..] : text);
            isFirst = false;
            await to.FlushAsync(cancellation);
            if (isOver || !query.Follow || _left == 0) return;
            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>The whole records from where the last reading ended; from the start where the log has started over.</summary>
    private byte[] Read()
    {
        using var file = new FileStream(log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length < _position) _position = 0;
        file.Position = _position;
        var bytes = new byte[file.Length - _position];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var whole = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        _position += whole;
        return bytes[..whole];
    }

    private int TailStart(ReadOnlySpan<byte> text)
    {
        if (query.Tail is not { } lines) return 0;
        var start = text.Length;
        for (var found = 0L; start > 0; found++)
        {
            // A line may be several records, all but the last marked P.
            var before = StartOfLine(text, start);
            if (found == lines) return start;
            start = before;
        }

        return start;
    }

    private static int StartOfLine(ReadOnlySpan<byte> text, int end)
    {
        var start = text[..(end - 1)].LastIndexOf((byte)'\n') + 1;
        while (start > 0)
        {
            var record = text[..(start - 1)].LastIndexOf((byte)'\n') + 1;
            if (Split(text[record..start]).IsWhole) break;
            start = record;
        }

        return start;
    }

    private void SendRecords(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && _left != 0)
        {
            var record = text[..(text.IndexOf((byte)'\n') + 1)];
            text = text[record.Length..];
            var (stamp, content, isWhole) = Split(record);
            if (string.CompareOrdinal(stamp, query.Since) < 0) continue;
            if (query.Timestamps && !_isInLine) Send(Encoding.ASCII.GetBytes(stamp + " "));
            Send(content);
            if (isWhole) Send("\n"u8);
            _isInLine = !isWhole;
        }
    }

    /// <summary>Takes a record apart: "TIME STREAM F TEXT\n".</summary>
    private static Record Split(ReadOnlySpan<byte> record)
    {
        var stamp = record[..record.IndexOf((byte)' ')];
        var rest = record[(stamp.Length + 1)..];
        rest = rest[(rest.IndexOf((byte)' ') + 1)..];
        return new Record(Encoding.ASCII.GetString(stamp), rest[2..^1], rest[0] == 'F');
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (_left is { } left)
        {
            bytes = bytes[..(int)Math.Min(left, bytes.Length)];
            _left = left - bytes.Length;
        }

        to.Write(bytes);
    }

    private readonly ref struct Record(string stamp, ReadOnlySpan<byte> content, bool isWhole)
    {
        public ReadOnlySpan<byte> Content { get; } = content;

        public bool IsWhole { get; } = isWhole;

        public void Deconstruct(out string time, out ReadOnlySpan<byte> text, out bool whole)
        {
            time = stamp;
            text = Content;
            whole = IsWhole;
        }
    }
}
