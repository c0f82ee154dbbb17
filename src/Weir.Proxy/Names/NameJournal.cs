using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Weir.Model;

namespace Weir.Proxy.Names;

/// <summary>One answer as the journal has it; without addresses: the endpoint is gone.</summary>
internal sealed record JournalEntry(uint Endpoint, string Name, ushort QueryType, long ExpiresMs, long LearnedMs, IReadOnlyList<IpAddress> Addresses);

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
    private long _length, _compactLength;

    /// <summary>Opens the journal of a run directory, a new one where there is none.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public NameJournal(string runDirectory)
    {
        _path = Path.Combine(runDirectory, FileName);
        _file = Open();
    }

    /// <summary>Whether it has grown enough to be worth rewriting.</summary>
    public bool IsLong => _length > (1 << 20) && _length > _compactLength * 2;

    /// <summary>Appends one answer. Allocates nothing.</summary>
    public void Append(uint endpoint, ReadOnlySpan<char> name, ushort queryType, long expiresMs, long learnedMs, ReadOnlySpan<IpAddress> addresses)
    {
        var line = _line.AsSpan();
        int at;
        if (addresses.IsEmpty)
        {
            if (!System.Text.Unicode.Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{endpoint} gone\n", out at)) return;
        }
        else
        {
            if (!System.Text.Unicode.Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{endpoint} ", out at)) return;
            // A name may hold any byte; blanks and controls would break the line.
            foreach (var c in name) line[at++] = c is > ' ' and < (char)127 ? (byte)c : (byte)'?';
            if (!System.Text.Unicode.Utf8.TryWrite(line[at..], CultureInfo.InvariantCulture, $" {queryType} {expiresMs} {learnedMs} ", out var more)) return;
            at += more;
            foreach (var address in addresses)
            {
                if (at + 64 > line.Length) break;
                at += WriteAddress(line[at..], address);
                line[at++] = (byte)',';
            }

            line[at - 1] = (byte)'\n';
        }

        RandomAccess.Write(_file, line[..at], _length);
        _length += at;
    }

    /// <summary>Reads every entry, in the order in which they were appended.</summary>
    public IEnumerable<JournalEntry> Read()
    {
        foreach (var text in File.ReadLines(_path, Encoding.UTF8))
            if (Parse(text) is { } entry) yield return entry;
    }

    /// <summary>Puts a new journal in place, whole.</summary>
    public void Rewrite(IEnumerable<JournalEntry> entries)
    {
        using (var fresh = new StreamWriter(_path + ".new", append: false, new UTF8Encoding(false)))
        {
            foreach (var e in entries)
                fresh.Write(string.Create(CultureInfo.InvariantCulture, $"{e.Endpoint} {e.Name} {e.QueryType} {e.ExpiresMs} {e.LearnedMs} {string.Join(',', e.Addresses)}\n"));
        }

        File.Move(_path + ".new", _path, overwrite: true);
        _file.Dispose();
        _file = Open();
        _compactLength = _length;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static JournalEntry? Parse(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length == 0 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var endpoint)) return null;
        if (parts is [_, "gone"]) return new JournalEntry(endpoint, "", 0, 0, 0, []);
        if (parts.Length != 6 || !ushort.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var type) ||
            !long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var expires) ||
            !long.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var learned)) return null;
        var addresses = new List<IpAddress>();
        foreach (var text in parts[5].Split(','))
        {
            if (!IpAddress.TryParse(text, out var address)) return null;
            addresses.Add(address);
        }

        return new JournalEntry(endpoint, parts[1], type, expires, learned, addresses);
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
