using System.Buffers.Binary;
using Weir.Model;

namespace Weir.Proxy.Exchanges;

/// <summary>One request or response that a proxy saw, as it travels to the agent.</summary>
/// <remarks>
/// Little-endian: language (1), flags (1: response, 2: repeated), direction, protocol, verdict (1 each), 3 bytes zero, time (8), endpoint (4), rule
/// id (4), client (16), server (16), their ports (2 each), the
/// peer's identity (4), then of DNS the message itself, so that writing one costs a copy, and of HTTP what <see cref="HttpRecord"/> writes.
/// </remarks>
public readonly record struct ExchangeRecord
{
    /// <summary>Bytes before the language's own part.</summary>
    internal const int HeaderLength = 64;

    private const byte LanguageDns = 1, LanguageHttp = 3, FlagResponse = 1, FlagRepeated = 2;

    /// <summary>Between whom.</summary>
    public required ExchangeEnds Ends { get; init; }

    /// <summary>When, in nanoseconds since 1970.</summary>
    public long TimeNanoseconds { get; init; }

    /// <summary>Whether this is the response.</summary>
    public bool IsResponse { get; init; }

    /// <summary>Whether it was reported before and is told again to an agent that started since: what was learned, no new flow.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether it passed.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>The rule that it was checked against, by the id that the agent gave; 0 where none is known.</summary>
    public uint Rule { get; init; }

    /// <summary>The DNS message as it was on the wire, perhaps cut; empty for another language. In the memory that it was read from.</summary>
    public ReadOnlyMemory<byte> Dns { get; init; }

    /// <summary>The HTTP exchange; null for another language.</summary>
    public HttpExchange? Http { get; init; }

    /// <summary>Reads a frame's payload; false for one that cannot be understood.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ExchangeRecord record)
    {
        record = default;
        if (payload.Length < HeaderLength) return false;
        var bytes = payload.Span;
        HttpExchange? http = null;
        if (bytes[0] == LanguageHttp)
        {
            http = HttpRecord.Read(bytes[HeaderLength..], isResponse: (bytes[1] & FlagResponse) != 0);
            if (http is null) return false;
        }
        else if (bytes[0] != LanguageDns)
        {
            return false;
        }

        record = new ExchangeRecord
        {
            Ends = new ExchangeEnds(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]), (TrafficDirection)bytes[2], (IpProtocol)bytes[3],
                IpAddress.FromBytes(bytes[24..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[56..]),
                IpAddress.FromBytes(bytes[40..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[58..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..])),
            TimeNanoseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            IsResponse = (bytes[1] & FlagResponse) != 0,
            IsRepeated = (bytes[1] & FlagRepeated) != 0,
            Verdict = (Verdict)bytes[4],
            Rule = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            Dns = bytes[0] == LanguageDns ? payload[HeaderLength..] : default,
            Http = http,
        };
        return true;
    }

    internal static void WriteHeader(
        Span<byte> bytes, bool isDns, bool isResponse, bool isRepeated, in ExchangeEnds ends, Verdict verdict, uint rule, long timeNanoseconds)
    {
        bytes[..8].Clear();
        bytes[0] = isDns ? LanguageDns : LanguageHttp;
        bytes[1] = (byte)((isResponse ? FlagResponse : 0) | (isRepeated ? FlagRepeated : 0));
        bytes[2] = (byte)ends.Direction;
        bytes[3] = (byte)ends.Protocol;
        bytes[4] = (byte)verdict;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], timeNanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], ends.Endpoint);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], rule);
        ends.Client.CopyTo(bytes[24..]);
        ends.Server.CopyTo(bytes[40..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[56..], ends.ClientPort);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[58..], ends.ServerPort);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[60..], ends.PeerIdentity);
    }
}
