using System.Text;

namespace Weir.Protocols.Http2;

/// <summary>The header fields that HPACK refers to by number: 61 that everybody knows (RFC 7541 Appendix A), then those that were sent last.</summary>
internal sealed class HpackTable
{
    /// <summary>The size that both sides start with, in bytes as HPACK counts them; Weir never lets a peer use more.</summary>
    public const int MaxSize = 4096;

    private const int Overhead = 32;

    private static readonly (byte[] Name, byte[] Value)[] _known =
    [
        .. Array.ConvertAll<(string Name, string Value), (byte[], byte[])>(
        [
            (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"),
            (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"), (":status", "404"),
            (":status", "500"), ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""),
            ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
            ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""), ("content-location", ""),
            ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""),
            ("host", ""), ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
            ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""),
            ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""),
            ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
        ], f => (Encoding.ASCII.GetBytes(f.Name), Encoding.ASCII.GetBytes(f.Value))),
    ];

    // A ring: no more entries than this fit, since each counts for 32 bytes at least.
    private readonly (byte[] Name, byte[] Value)[] _sent = new (byte[], byte[])[MaxSize / Overhead];
    private int _next;
    private int _count;
    private int _size;
    private int _limit = MaxSize;

    /// <summary>Finds an entry; false for a number that stands for nothing.</summary>
    public bool TryGet(int number, out byte[] name, out byte[] value)
    {
        (name, value) = ([], []);
        if (number <= 0 || number > _known.Length + _count) return false;

        // The newest has the lowest number.
        (name, value) = number <= _known.Length ? _known[number - 1] : _sent[(_next - (number - _known.Length) + _sent.Length) % _sent.Length];
        return true;
    }

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var size = name.Length + value.Length + Overhead;
        MakeRoom(_limit - size);
        if (size > _limit) return; // larger than the table: it empties it, and is not kept (RFC 7541 §4.4)
        _sent[_next] = (name.ToArray(), value.ToArray());
        _next = (_next + 1) % _sent.Length;
        _count++;
        _size += size;
    }

    /// <summary>Changes the size; false for one beyond what was agreed.</summary>
    public bool TryResize(int limit)
    {
        if (limit > MaxSize) return false;
        _limit = limit;
        MakeRoom(limit);
        return true;
    }

    private void MakeRoom(int most)
    {
        for (; _size > most && _count > 0; _count--)
        {
            var (name, value) = _sent[(_next - _count + _sent.Length) % _sent.Length];
            _size -= name.Length + value.Length + Overhead;
        }
    }
}
