using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Weir.Model;

namespace Weir.Proxy.Names;

/// <summary>One answer as the journal has it; without addresses: the endpoint is gone.</summary>
internal sealed record JournalEntry(uint Endpoint, string Name, ushort QueryType, long ExpiresMs, long LearnedMs, IpAddress[] Addresses);

/// <summary>What was learned, on disk: appended before an answer is released, so that a proxy that is killed knows it again.</summary>
/// <remarks>
/// <code>
/// 12 graph.microsoft.com 28 1763870000000 1763869940000 20.190.151.7,20.190.151.9
/// 12 gone
/// </code>
/// Endpoint, name, query type, expiry and time of the answer in milliseconds since 1970, addresses. A line that cannot be read is skipped: the
/// last one may have been cut. Written through to the operating system, not to the disk: it outlives the process, not the machine.
/// </remarks>
internal sealed class NameJournal : IDisposable
{
    /// <summary>The file's name in the node's run directory.</summary>
    public const string FileName = "proxy-names.journal";

    private const int LongestLine = 64 * 1024;

    private readonly string _path;
    private readonly byte[] _line = new byte[LongestLine];
    private SafeFileHandle _file;
    private SafeFileHandle? _fresh;
    private long _length, _freshLength, _compactLength, _lostBefore;

    /// <summary>Opens the journal of a run directory, a new one where there is none.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public NameJournal(string runDirectory)
    {
        _path = Path.Combine(runDirectory, FileName);
        _file = Open();
    }

    /// <summary>Whether it has grown enough to be worth rewriting.</summary>
    public bool IsLong => _length > (1 << 20) && _length > _compactLength * 2;

    /// <summary>Lines that the disk did not take. What they say is in force, but a proxy that starts again will not know it.</summary>
    public long Lost { get; private set; }

    /// <summary>Appends one answer; without addresses: the endpoint is gone. Allocates nothing.</summary>
    public void Append(uint endpoint, ReadOnlySpan<char> name, ushort queryType, long expiresMs, long learnedMs, ReadOnlySpan<IpAddress> addresses)
    {
        var line = Format(endpoint, name, queryType, expiresMs, learnedMs, addresses);
        Write(_file, line, ref _length);
        if (_fresh is not null) Write(_fresh, line, ref _freshLength);
    }

    private ReadOnlySpan<byte> Format(uint endpoint, ReadOnlySpan<char> name, ushort queryType, long expiresMs, long learnedMs, ReadOnlySpan<IpAddress> addresses)
    {
        var line = _line.AsSpan();
        int at;
        if (addresses.IsEmpty)
        {
            if (!System.Text.Unicode.Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{endpoint} gone\n", out at)) return [];
        }
        else
        {
            if (!System.Text.Unicode.Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{endpoint} ", out at)) return [];
            // A name may hold any byte; blanks and controls would break the line.
            foreach (var c in name) line[at++] = c is > ' ' and < (char)127 ? (byte)c : (byte)'?';
            if (!System.Text.Unicode.Utf8.TryWrite(line[at..], CultureInfo.InvariantCulture, $" {queryType} {expiresMs} {learnedMs} ", out var more)) return [];
            at += more;
            foreach (var address in addresses)
            {
                if (at + 64 > line.Length) break;
                at += WriteAddress(line[at..], address);
                line[at++] = (byte)',';
            }

            line[at - 1] = (byte)'\n';
        }

        return line[..at];
    }

    private void Write(SafeFileHandle file, ReadOnlySpan<byte> line, ref long length)
    {
        try
        {
            RandomAccess.Write(file, line, length);
            length += line.Length;
        }
        catch (IOException)
        {
            Lost++; // a full disk must not end lookups
        }
    }

    /// <summary>Reads every entry, in the order in which they were appended.</summary>
    public IEnumerable<JournalEntry> Read()
    {
        foreach (var text in File.ReadLines(_path, Encoding.UTF8))
            if (Parse(text) is { } entry) yield return entry;
    }

    /// <summary>Begins a journal that will take this one's place; what is appended from now on goes to both.</summary>
    /// <returns>Whether it could be opened.</returns>
    public bool TryBeginRewrite()
    {
        try
        {
            _fresh = File.OpenHandle(_path + ".new", FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            (_freshLength, _lostBefore) = (0, Lost);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Adds what is known to the new journal.</summary>
    public void Rewrite(uint endpoint, ReadOnlySpan<char> name, ushort queryType, long expiresMs, long learnedMs, ReadOnlySpan<IpAddress> addresses) =>
        Write(_fresh!, Format(endpoint, name, queryType, expiresMs, learnedMs, addresses), ref _freshLength);

    /// <summary>Puts the new journal in place, if the disk has taken all of it.</summary>
    public void EndRewrite()
    {
        if (Lost == _lostBefore)
        {
            File.Move(_path + ".new", _path, overwrite: true);
            _file.Dispose();
            (_file, _length) = (_fresh!, _freshLength);
        }
        else
        {
            _fresh!.Dispose();
        }

        _fresh = null;
        _compactLength = _length; // also of one that failed: it is tried again when there is twice as much
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _fresh?.Dispose();
    }

    private static JournalEntry? Parse(ReadOnlySpan<char> line)
    {
        if (!TryReadNumber(ref line, out var endpoint) || endpoint > uint.MaxValue) return null;
        if (line is "gone") return new JournalEntry((uint)endpoint, "", 0, 0, 0, []);
        var blank = line.IndexOf(' ');
        if (blank <= 0) return null;
        var name = line[..blank];
        line = line[(blank + 1)..];
        if (!TryReadNumber(ref line, out var type) || type > ushort.MaxValue || !TryReadNumber(ref line, out var expires) || !TryReadNumber(ref line, out var learned)) return null;
        var addresses = new IpAddress[line.Count(',') + 1];
        for (var i = 0; i < addresses.Length; i++)
        {
            var comma = line.IndexOf(',');
            if (!IpAddress.TryParse(comma < 0 ? line : line[..comma], out addresses[i])) return null;
            line = comma < 0 ? [] : line[(comma + 1)..];
        }

        return new JournalEntry((uint)endpoint, name.ToString(), (ushort)type, expires, learned, addresses);
    }

    /// <summary>Takes a number and the blank behind it.</summary>
    private static bool TryReadNumber(ref ReadOnlySpan<char> line, out long number)
    {
        number = 0;
        var blank = line.IndexOf(' ');
        if (blank < 0 || !long.TryParse(line[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;
        line = line[(blank + 1)..];
        return true;
    }

    private static int WriteAddress(Span<byte> destination, IpAddress address)
    {
        if (address.IsIPv4)
        {
            var v = (uint)address.Low;
            System.Text.Unicode.Utf8.TryWrite(destination, CultureInfo.InvariantCulture, $"{v >> 24}.{(v >> 16) & 255}.{(v >> 8) & 255}.{v & 255}", out var written);
            return written;
        }

        var at = 0;
        for (var group = 0; group < 8; group++)
        {
            var value = (ushort)((group < 4 ? address.High : address.Low) >> (48 - ((group % 4) * 16)));
            if (group > 0) destination[at++] = (byte)':';
            System.Text.Unicode.Utf8.TryWrite(destination[at..], CultureInfo.InvariantCulture, $"{value:x}", out var digits);
            at += digits;
        }

        return at;
    }

    private SafeFileHandle Open()
    {
        var file = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _length = RandomAccess.GetLength(file);
        return file;
    }
}
