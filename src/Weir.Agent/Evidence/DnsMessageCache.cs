using Weir.Model;

namespace Weir.Agent.Evidence;

/// <summary>What DNS messages say, kept for those that come again: pods ask the same names over and over, and then nothing is allocated. One thread.</summary>
/// <remarks>Bounded: at most 8,192 messages of at most 512 bytes; when as many are known, all are forgotten.</remarks>
internal sealed class DnsMessageCache
{
    private const int Most = 8_192, LongestKept = 512, IdLength = 2;

    private readonly Dictionary<byte[], DnsExchange> _known = new(ByteKeys.Instance);
    private readonly Dictionary<byte[], DnsExchange>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Makes an empty one.</summary>
    public DnsMessageCache() => _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Reads a message; null for bytes that have no question.</summary>
    public DnsExchange? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length is <= IdLength or > LongestKept) return DnsTranslator.Read(message);

        // But for its id, which is another one each time.
        var key = message[IdLength..];
        if (_lookup.TryGetValue(key, out var exchange)) return exchange;
        if (DnsTranslator.Read(message) is not { } read) return null;
        if (_known.Count >= Most) _known.Clear();
        _lookup[key] = read;
        return read;
    }
}
