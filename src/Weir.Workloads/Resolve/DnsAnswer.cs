using System.Net;
using Weir.Protocols.Dns;

namespace Weir.Workloads.Resolve;

/// <summary>What the probes want of an answer.</summary>
/// <param name="Code">How it went; <see cref="DnsResponseCode.ServerFailure"/> for bytes that are no answer.</param>
/// <param name="Addresses">Its addresses, aliases followed by the server.</param>
/// <param name="Name">The name of its first PTR record.</param>
internal sealed record DnsAnswer(DnsResponseCode Code, IReadOnlyList<IPAddress> Addresses, string? Name)
{
    private static readonly DnsAnswer s_unreadable = new(DnsResponseCode.ServerFailure, [], null);

    /// <summary>Reads a whole message.</summary>
    public static DnsAnswer Read(ReadOnlySpan<byte> message)
    {
        if (DnsHeader.Read(message, out var header) != DnsFault.None) return s_unreadable;
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var offset = DnsHeader.Length;
        for (var i = 0; i < header.Questions; i++)
            if (DnsQuestion.Read(message, ref offset, name, out _, out _) != DnsFault.None) return s_unreadable;

        var addresses = new List<IPAddress>();
        string? pointer = null;
        for (var i = 0; i < header.Answers; i++)
        {
            if (DnsRecord.Read(message, ref offset, name, out _, out var record) != DnsFault.None) return s_unreadable;
            var data = message.Slice(record.DataOffset, record.DataLength);
            switch (record.Type)
            {
                case DnsType.A when data.Length == 4:
                case DnsType.Aaaa when data.Length == 16:
                    addresses.Add(new IPAddress(data));
                    break;
                case DnsType.Ptr:
                    var at = record.DataOffset;
                    if (pointer is null && DnsName.Read(message, ref at, out string text) == DnsFault.None) pointer = text;
                    break;
                default:
                    break;
            }
        }

        return new DnsAnswer(header.Code, addresses, pointer);
    }
}
