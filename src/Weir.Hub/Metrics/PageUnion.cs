using System.Text;

namespace Weir.Hub.Metrics;

/// <summary>Pages of several nodes as one: each family once, with the series of all. Series are told apart by the labels that they have already.</summary>
/// <remarks>Copies whole blocks of lines; a series costs no more than its bytes.</remarks>
internal sealed class PageUnion
{
    private static readonly byte[] _end = "# EOF\n"u8.ToArray();
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly List<Family> _order = [];

    /// <summary>Adds a page in Prometheus' text format or in OpenMetrics; all pages in the same one.</summary>
    public void Add(ReadOnlyMemory<byte> page)
    {
        while (!page.IsEmpty)
        {
            var head = HeadOf(page.Span);
            var family = FamilyOf(NameIn(page.Span[..head]));
            if (family is not null && family.Head.IsEmpty) family.Head = page[..head];
            page = page[head..];

            // A line break inside a label's value is escaped, so that this is the start of the next family and nothing else.
            var next = page.Span.StartsWith("#"u8) ? 0 : page.Span.IndexOf("\n#"u8) + 1;
            if (next == 0 && !page.Span.StartsWith("#"u8)) next = page.Length;
            if (next > 0) family?.Series.Add(page[..next]);
            page = page[next..];
        }
    }

    /// <summary>Writes the whole.</summary>
    public async Task WriteAsync(Stream to, bool openMetrics, CancellationToken cancellation)
    {
        foreach (var family in _order)
        {
            await to.WriteAsync(family.Head, cancellation);
            foreach (var series in family.Series) await to.WriteAsync(series, cancellation);
        }

        if (openMetrics) await to.WriteAsync(_end, cancellation);
    }

    /// <summary>The length of the comment lines at the start that speak of one family.</summary>
    private static int HeadOf(ReadOnlySpan<byte> page)
    {
        var length = 0;
        ReadOnlySpan<byte> name = default;
        while (page[length..].StartsWith("#"u8))
        {
            var line = page[length..];
            line = line[..(line.IndexOf((byte)'\n') + 1 is var end and > 0 ? end : line.Length)];
            if (length > 0 && !Word(line, 2).SequenceEqual(name)) break;
            name = Word(line, 2);
            length += line.Length;
        }

        return length;
    }

    /// <summary>The family's name; empty of <c># EOF</c> and where there is no head.</summary>
    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> head) => Word(head, 2);

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> line, int number)
    {
        for (; number > 0; number--)
        {
            var space = line.IndexOf((byte)' ');
            if (space < 0) return default;
            line = line[(space + 1)..];
        }

        var end = line.IndexOfAny((byte)' ', (byte)'\n');
        return end < 0 ? line : line[..end];
    }

    private Family? FamilyOf(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return null;
        var key = Encoding.UTF8.GetString(name);
        if (_families.TryGetValue(key, out var family)) return family;
        _families[key] = family = new Family();
        _order.Add(family);
        return family;
    }

    private sealed class Family
    {
        public ReadOnlyMemory<byte> Head { get; set; }

        public List<ReadOnlyMemory<byte>> Series { get; } = [];
    }
}
