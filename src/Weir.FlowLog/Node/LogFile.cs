using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Weir.FlowLog.Node;

/// <summary>A file of lines that any <c>tail -F</c> can follow: whole lines only, rotated by renaming.</summary>
/// <remarks>
/// Lines are gathered and go to the file in one write each batch. A write that fails half-way (a full disk) is taken back, so that
/// no line is ever torn; a torn last line that a crash left is cut off at the start. One thread.
/// </remarks>
public sealed class LogFile : IDisposable
{
    private const int BatchBytes = 64 * 1024;
    private readonly LogFileOptions _options;
    private readonly TimeProvider _time;
    private byte[] _batch = new byte[BatchBytes];
    private int _gathered;
    private long _flows;
    private SafeFileHandle? _file;
    private long _length;

    /// <summary>Prepares the file; its folder is made when the first line is written.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message names every problem.</exception>
    public LogFile(LogFileOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        (_options, _time) = (options, time);
    }

    /// <summary>How many flows could not be written since <see cref="ForgetUnwritten"/>, and why.</summary>
    public (long Flows, string Reason) Unwritten { get; private set; } = (0, "");

    /// <summary>Gathers a line; the batch is written when it is full.</summary>
    /// <param name="line">The line with its newline.</param>
    /// <param name="flows">How many flows it stands for.</param>
    public void Append(ReadOnlySpan<byte> line, long flows)
    {
        if (_gathered + line.Length > _batch.Length) Flush();
        if (line.Length > _batch.Length) Array.Resize(ref _batch, line.Length);
        line.CopyTo(_batch.AsSpan(_gathered));
        _gathered += line.Length;
        _flows += flows;
    }

    /// <summary>Writes what is gathered.</summary>
    /// <returns>False when that was not possible; then the lines are gone and counted in <see cref="Unwritten"/>.</returns>
    public bool Flush()
    {
        if (_gathered == 0) return true;
        try
        {
            Write(_batch.AsSpan(0, _gathered));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unwritten = (Unwritten.Flows + _flows, e.Message);
            Close();
            return false;
        }
        finally
        {
            (_gathered, _flows) = (0, 0);
        }
    }

    /// <summary>Forgets the count of unwritten flows, once it has been said.</summary>
    public void ForgetUnwritten() => Unwritten = (0, "");

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        Close();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is not null && _length > 0 && _length + bytes.Length > _options.MaxBytes) Rotate();
        _file ??= Open();
        try
        {
            RandomAccess.Write(_file, bytes, _length);
            _length += bytes.Length;
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file, _length);
            throw;
        }
    }

    private SafeFileHandle Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_options.Path))!);
        var file = File.OpenHandle(_options.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _length = CutTornLine(file);
        return file;
    }

    private static long CutTornLine(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> tail = stackalloc byte[4096];
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - tail.Length);
            var part = tail[..(int)(end - start)];
            RandomAccess.Read(file, part, start);
            if (part.LastIndexOf((byte)'\n') is >= 0 and var newline)
            {
                if (start + newline + 1 < length) RandomAccess.SetLength(file, start + newline + 1);
                return start + newline + 1;
            }

            end = start;
        }

        if (length > 0) RandomAccess.SetLength(file, 0);
        return 0;
    }

    private void Rotate()
    {
        Close();
        var folder = Path.GetDirectoryName(Path.GetFullPath(_options.Path))!;
        var (name, extension) = (Path.GetFileNameWithoutExtension(_options.Path), Path.GetExtension(_options.Path));
        var now = _time.GetUtcNow().UtcDateTime;
        for (var tried = 0; tried < 1000; tried++)
        {
            // The name that Hubble's exporter gives its backups, so that collectors find them.
            var stamp = now.AddMilliseconds(tried).ToString("yyyy-MM-ddTHH-mm-ss.fff", CultureInfo.InvariantCulture);
            var backup = Path.Combine(folder, $"{name}-{stamp}{extension}");
            if (File.Exists(backup)) continue;
            File.Move(_options.Path, backup);
            break;
        }

        var backups = Directory.EnumerateFiles(folder, $"{name}-*{extension}").Order(StringComparer.Ordinal).ToList();
        foreach (var oldest in backups.Take(Math.Max(0, backups.Count - _options.Backups))) File.Delete(oldest);
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
