using System.Text;
using Weir.Protocols.Dns;

namespace Weir.Fuzz;

/// <summary>The DNS codec: whatever the bytes, reading ends, throws nothing, and what was read can be written and read again.</summary>
internal static class DnsTarget
{
    public static void Run(byte[] bytes)
    {
        var reader = new DnsReader(bytes);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        Span<byte> alias = stackalloc byte[DnsName.MaxLength];
        var steps = 0;
        while (reader.NextQuestion(name, out var length, out _))
        {
            Check(name[..length]);
            if (++steps > 65_535) throw new InvalidOperationException("more questions than a header can count");
        }

        while (reader.NextAnswer(name, out var length, out var record))
        {
            Check(name[..length]);
            if (reader.DataOf(record).Length != record.DataLength) throw new InvalidOperationException("data outside the message");
            _ = reader.NameIn(record, alias, out _);
            if (++steps > 131_070) throw new InvalidOperationException("more answers than a header can count");
        }
    }

    private static void Check(ReadOnlySpan<byte> name)
    {
        var text = Encoding.Latin1.GetString(name);
        Span<byte> wire = stackalloc byte[DnsName.MaxLength + 2];
        if (DnsName.Write(text, wire, out var length) != DnsFault.None) throw new InvalidOperationException($"'{text}' was read but cannot be written");
        var offset = 0;
        Span<byte> again = stackalloc byte[DnsName.MaxLength];
        if (DnsName.Read(wire[..length], ref offset, again, out var read) != DnsFault.None || !again[..read].SequenceEqual(name))
            throw new InvalidOperationException($"'{text}' is not read as it was written");
    }
}
