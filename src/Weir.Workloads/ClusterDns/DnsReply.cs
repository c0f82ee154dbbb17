using System.Text;
using Weir.Protocols.Dns;

namespace Weir.Workloads.ClusterDns;

/// <summary>Reads a question and writes the answer of a zone.</summary>
internal static class DnsReply
{
    /// <summary>The most that is sent in a datagram: more would come in fragments.</summary>
    public const int MostOverUdp = 1232;

    private const int MostWithoutEdns = 512, MostOverTcp = 16 * 1024;

    /// <summary>Reads the only question of a message; false for what is no plain question.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out DnsAsked asked)
    {
        asked = default;
        if (DnsHeader.Read(message, out var header) != DnsFault.None || header.IsResponse || header.Opcode != 0 || header.Questions != 1) return false;
        Span<byte> bytes = stackalloc byte[DnsName.MaxLength];
        var offset = DnsHeader.Length;
        if (DnsQuestion.Read(message, ref offset, bytes, out var length, out var question) != DnsFault.None) return false;
        asked = new DnsAsked(header, Encoding.Latin1.GetString(bytes[..length]), question.Type, DnsEdns.Leads(header, message[offset..]) ? DnsEdns.PayloadSize(message[offset..]) : null);
        return true;
    }

    /// <summary>Writes an answer.</summary>
    /// <param name="asked">What was asked.</param>
    /// <param name="code">How it went.</param>
    /// <param name="records">What there is, of all types; aliases are answers to every type.</param>
    /// <param name="zone">Who says that there is nothing; empty without an authority.</param>
    /// <param name="timeToLive">Seconds.</param>
    /// <param name="most">Bytes that the way has room for; over UDP the asker's own limit is kept too.</param>
    public static byte[] Write(in DnsAsked asked, DnsResponseCode code, IReadOnlyList<ZoneRecord> records, string zone, uint timeToLive, int most)
    {
        var buffer = new byte[Math.Min(RoomOf(asked, most), MostOverTcp)];
        var flags = DnsHeader.Response | DnsHeader.RecursionAvailable | (asked.Header.Flags & DnsHeader.RecursionDesired) | (int)code;
        var writer = new DnsWriter(buffer, asked.Header.Id, (ushort)(zone.Length > 0 ? flags | DnsHeader.Authoritative : flags), asked.EdnsSize is not null);
        writer.Question(asked.Name, asked.Type);
        var written = false;
        foreach (var record in records)
        {
            if (record.Type != asked.Type && record.Type != DnsType.CName && asked.Type != DnsType.Any) continue;
            written = true;
            var fault = record.Target is null
                ? writer.Answer(record.Type, timeToLive, record.Data, record.Owner)
                : writer.AnswerName(record.Type, timeToLive, record.Target, record.Data, record.Owner);
            if (fault != DnsFault.None) break;
        }

        if (!written && zone.Length > 0) writer.Authority(zone, timeToLive);
        if (asked.EdnsSize is not null) writer.Edns(MostOverUdp);
        return buffer[..writer.Finish()];
    }

    /// <summary>Writes an answer that says no more than that it is too large for a datagram: the asker comes again over TCP.</summary>
    public static byte[] Cut(in DnsAsked asked)
    {
        var buffer = new byte[MostWithoutEdns];
        var writer = new DnsWriter(buffer, asked.Header.Id, (ushort)(DnsHeader.Response | DnsHeader.RecursionAvailable | DnsHeader.Cut | (asked.Header.Flags & DnsHeader.RecursionDesired)));
        writer.Question(asked.Name, asked.Type);
        if (asked.EdnsSize is not null) writer.Edns(MostOverUdp);
        return buffer[..writer.Finish()];
    }

    /// <summary>Whether a ready answer may go to the asker as it is.</summary>
    public static bool Fits(in DnsAsked asked, ReadOnlySpan<byte> answer, int most) => answer.Length <= RoomOf(asked, most);

    private static int RoomOf(in DnsAsked asked, int most) =>
        most > MostOverUdp ? most : Math.Min(Math.Clamp((int)(asked.EdnsSize ?? MostWithoutEdns), MostWithoutEdns, MostOverUdp), most);
}

/// <summary>A question.</summary>
/// <param name="Header">Of its message.</param>
/// <param name="Name">Asked for.</param>
/// <param name="Type">Asked for.</param>
/// <param name="EdnsSize">The largest datagram that the asker takes, in bytes (RFC 6891); null where it did not say: 512.</param>
internal readonly record struct DnsAsked(DnsHeader Header, string Name, DnsType Type, ushort? EdnsSize);
