using Weir.Protocols.Dns;

namespace Weir.Proxy.Dns;

/// <summary>A question that waits for its answer. Used again and again.</summary>
internal sealed class AskedQuestion
{
    private int _length;

    /// <summary>Room for a name.</summary>
    public byte[] Buffer { get; } = new byte[DnsName.MaxLength];

    /// <summary>The name, lower case, without the final dot.</summary>
    public ReadOnlySpan<byte> Name => Buffer.AsSpan(0, _length);

    /// <summary>Type and class.</summary>
    public DnsQuestion Question { get; private set; }

    /// <summary>The id that the client gave.</summary>
    public ushort ClientId { get; set; }

    /// <summary>The client's port.</summary>
    public ushort ClientPort { get; set; }

    /// <summary>The id under which it was passed on.</summary>
    public ushort Id { get; set; }

    /// <summary>When, in the clock's own ticks.</summary>
    public long Since { get; set; }

    /// <summary>Says what is in <see cref="Buffer"/>.</summary>
    public void Set(int length, DnsQuestion question) => (_length, Question) = (length, question);

    /// <summary>Whether an answer's question is this one.</summary>
    public bool Is(ReadOnlySpan<byte> name, DnsQuestion question) => question == Question && name.SequenceEqual(Name);
}
