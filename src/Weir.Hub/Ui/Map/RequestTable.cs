using System.Buffers.Binary;
using System.Text;
using Weir.Model;

namespace Weir.Hub.Ui.Map;

/// <summary>What a card was asked on its ports: HTTP requests by method and path, lookups by name, each in the window's pieces of time.</summary>
/// <remarks>A request that is known allocates nothing.</remarks>
internal sealed class RequestTable
{
    private const int Most = 60; // paths with identifiers in them have no end
    private const int Head = 3;
    private const int LongestMethod = 16;
    private const int LongestKey = 192;
    private readonly Dictionary<byte[], (long[] Counts, long[] Errors)> _all = new(ByteKeys.Instance);

    /// <summary>A kind of request.</summary>
    /// <param name="Port">The port that was asked.</param>
    /// <param name="IsDns">Whether it is a lookup, and no HTTP.</param>
    /// <param name="Method">The method; empty for a lookup.</param>
    /// <param name="What">The path, or the name that was asked for.</param>
    /// <param name="Count">How many there were.</param>
    /// <param name="Errors">How many of them were refused or answered with an error.</param>
    public readonly record struct Entry(int Port, bool IsDns, string Method, string What, long Count, long Errors);

    /// <summary>The requests inside the window, the most frequent first.</summary>
    public IEnumerable<Entry> Entries => _all.Select(r => Read(r.Key, r.Value.Counts.Sum(), r.Value.Errors.Sum())).Where(e => e.Count > 0).OrderByDescending(e => e.Count).ThenBy(e => e.What, StringComparer.Ordinal);

    /// <summary>Notes requests in a piece of time.</summary>
    public void Add(int bin, int port, bool isDns, ReadOnlySpan<byte> method, ReadOnlySpan<byte> what, long count, bool isError)
    {
        if (method.Length > LongestMethod) return;
        Span<byte> key = stackalloc byte[LongestKey];
        BinaryPrimitives.WriteUInt16BigEndian(key, (ushort)port);
        key[2] = isDns ? (byte)1 : (byte)0;
        method.CopyTo(key[Head..]);
        var length = Head + method.Length;
        key[length++] = (byte)' ';
        what = what[..Math.Min(what.Length, LongestKey - length)];
        what.CopyTo(key[length..]);
        key = key[..(length + what.Length)];
        var table = _all.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!table.TryGetValue(key, out var known))
        {
            if (_all.Count >= Most) return;
            table[key] = known = (new long[MapEdge.Bins], new long[MapEdge.Bins]);
        }

        known.Counts[bin] += count;
        if (isError) known.Errors[bin] += count;
    }

    /// <summary>Empties a piece of time; what is then nowhere makes room.</summary>
    public void Clear(int bin)
    {
        foreach (var (key, (counts, errors)) in _all)
        {
            counts[bin] = errors[bin] = 0;
            if (counts.AsSpan().IndexOfAnyExcept(0) < 0) _all.Remove(key);
        }
    }

    private static Entry Read(byte[] key, long count, long errors)
    {
        var words = Encoding.UTF8.GetString(key.AsSpan(Head));
        var blank = words.IndexOf(' ', StringComparison.Ordinal);
        return new Entry(BinaryPrimitives.ReadUInt16BigEndian(key), key[2] != 0, words[..blank], words[(blank + 1)..], count, errors);
    }
}
