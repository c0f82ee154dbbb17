using System.Text;
using Weir.Model;
using Weir.Protocols.Dns;

namespace Weir.Agent.Evidence;

/// <summary>Reads a DNS message into what flow records say of it.</summary>
internal static class DnsTranslator
{
    private const int MostRecords = 256;

    /// <summary>The exchange; null for bytes that have no question. A message that was cut tells what it has.</summary>
    public static DnsExchange? Read(ReadOnlySpan<byte> message)
    {
        var reader = new DnsReader(message);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        if (!reader.NextQuestion(name, out var length, out var question)) return null;

        var query = Encoding.Latin1.GetString(name[..length]) + ".";
        List<IpAddress> addresses = [];
        List<string> aliases = [], types = [];
        uint? shortest = null;
        for (var i = 0; i < MostRecords && reader.NextAnswer(name, out _, out var record); i++)
        {
            types.Add(NameOf(record.Type));
            shortest = Math.Min(shortest ?? uint.MaxValue, record.TimeToLive);
            if (record.Type == DnsType.CName && reader.NameIn(record, name, out length) == DnsFault.None)
                aliases.Add(Encoding.Latin1.GetString(name[..length]) + ".");
            else if (AddressOf(record, reader.DataOf(record)) is { } address)
                addresses.Add(address);
        }

        return new DnsExchange
        {
            IsResponse = reader.Header.IsResponse,
            Query = query,
            QueryTypes = [NameOf(question.Type)],
            ResponseCode = (ushort)reader.Header.Code,
            Addresses = addresses,
            CanonicalNames = aliases,
            RecordTypes = [.. types.Distinct()],
            TtlSeconds = shortest ?? 0,
        };
    }

    private static IpAddress? AddressOf(DnsRecord record, ReadOnlySpan<byte> data) => (record.Type, data.Length) switch
    {
        (DnsType.A, 4) => IpAddress.FromIPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data)),
        (DnsType.Aaaa, 16) => IpAddress.FromBytes(data),
        _ => null,
    };

    private static string NameOf(DnsType type) => Enum.IsDefined(type) ? type.ToString().ToUpperInvariant() : $"TYPE{(ushort)type}";
}
