using System.Text;
using Weir.Protocols.Dns;

namespace Weir.Workloads.ClusterDns;

/// <summary>Reads a question and writes the answer of a zone.</summary>
internal static class DnsReply
{
    /// <summary>Reads the only question of a message; false for what is no plain question.</summary>
    public static bool TryReadQuestion(ReadOnlySpan<byte> message, out DnsHeader header, out string name, out DnsType type)
    {
        (name, type) = ("", DnsType.None);
        if (DnsHeader.Read(message, out header) != DnsFault.None || header.IsResponse || header.Opcode != 0 || header.Questions != 1) return false;
        Span<byte> bytes = stackalloc byte[DnsName.MaxLength];
        var offset = DnsHeader.Length;
        if (DnsQuestion.Read(message, ref offset, bytes, out var length, out var question) != DnsFault.None) return false;
        (name, type) = (Encoding.Latin1.GetString(bytes[..length]), question.Type);
        return true;
    }

    /// <summary>Writes an answer.</summary>
    /// <param name="header">Of the question.</param>
    /// <param name="name">Asked for.</param>
    /// <param name="type">Asked for.</param>
    /// <param name="code">How it went.</param>
    /// <param name="records">What the name has, of all types.</param>
    /// <param name="zone">Who says that there is nothing; empty without an authority.</param>
    /// <param name="timeToLive">Seconds.</param>
    /// <param name="most">Bytes.</param>
    public static byte[] Write(DnsHeader header, string name, DnsType type, DnsResponseCode code, IReadOnlyList<ZoneRecord> records, string zone, uint timeToLive, int most)
    {
        var buffer = new byte[Math.Min(most, 16 * 1024)];
        var flags = DnsHeader.Response | DnsHeader.RecursionAvailable | (header.Flags & DnsHeader.RecursionDesired) | (int)code;
        var writer = new DnsWriter(buffer, header.Id, (ushort)(zone.Length > 0 ? flags | DnsHeader.Authoritative : flags));
        writer.Question(name, type);
        var written = false;
        foreach (var record in records)
        {
            if (record.Type != type && type != DnsType.Any) continue;
            written = true;
            var fault = record.Target is null
                ? writer.Answer(record.Type, timeToLive, record.Data)
                : writer.AnswerName(record.Type, timeToLive, record.Target, record.Data);
            if (fault != DnsFault.None) break;
        }

        if (!written && zone.Length > 0) writer.Authority(zone, timeToLive);
        return buffer[..writer.Finish()];
    }
}
