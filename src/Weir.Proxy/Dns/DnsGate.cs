using System.Buffers.Binary;
using Weir.Model;
using Weir.Protocols.Dns;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Names;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Dns;

/// <summary>What to do with a message.</summary>
internal enum DnsStep : byte
{
    /// <summary>Nothing: it is dropped.</summary>
    Drop,

    /// <summary>Pass it on.</summary>
    Pass,

    /// <summary>Answer it oneself.</summary>
    Reply,
}

/// <summary>
/// Judges DNS messages: queries by name against policy, answers against what was asked; what an answer says is learned before it is released. Knows
/// no socket. Allocates nothing for a name that it has met.
/// </summary>
internal sealed class DnsGate(PolicyStore policies, NameBook names, ExchangeOutbox outbox, DnsCounters counters)
{
    // The largest answer that no path here splits into fragments, which the datapath cannot hand to a socket; more comes over TCP.
    private const ushort MostUdpBytes = 1232;
    private const int MostAddresses = 1024, MostAliases = 16;

    /// <summary>Judges a query.</summary>
    /// <param name="sides">The endpoints of this node that it is between; with none it is dropped.</param>
    /// <param name="message">The query. Over UDP the size of the answer that it asks for may be lowered in place.</param>
    /// <param name="reply">Receives the refusal; 512 bytes suffice.</param>
    /// <param name="length">The refusal's length.</param>
    /// <param name="asked">What was asked, for the answer to be held against.</param>
    public DnsStep JudgeQuery(ReadOnlySpan<ExchangeEnds> sides, Span<byte> message, Span<byte> reply, out int length, AskedQuestion asked)
    {
        length = 0;
        var reader = new DnsReader(message);
        if (reader.Fault != DnsFault.None || reader.Header.IsResponse)
        {
            counters.CountMalformed();
            return DnsStep.Drop;
        }

        if (reader.Header.Opcode != 0 || reader.Header.Questions != 1 || !reader.NextQuestion(asked.Buffer, out var nameLength, out var question))
        {
            counters.CountMalformed();
            length = Refusal(message, DnsHeader.Length, DnsResponseCode.FormatError, reply);
            return DnsStep.Reply;
        }

        asked.Set(nameLength, question);
        var policy = policies.Current;
        var isKnown = false;
        var isAllowed = true;
        foreach (ref readonly var side in sides)
        {
            var decision = policy.Ask(side);
            isKnown |= Limits(decision);
            isAllowed &= IsAllowed(decision, asked);
        }

        if (!isKnown)
        {
            // No rule redirects this: nothing may pass because of it, and a refusal would be remembered where policy is only just changing.
            counters.CountUnknown();
            return DnsStep.Drop;
        }

        foreach (ref readonly var side in sides) Record(policy, side, isResponse: false, isAllowed ? Verdict.Forwarded : Verdict.Dropped, message);
        if (!isAllowed)
        {
            counters.CountRefused();
            length = Refusal(message, reader.Offset, policy.Settings.AnswersNameError ? DnsResponseCode.NameError : DnsResponseCode.Refused, reply);
            return DnsStep.Reply;
        }

        if (sides[0].Protocol == IpProtocol.Udp) LowerPayloadSize(reader.Header, message[reader.Offset..]);
        counters.CountForwarded();
        return DnsStep.Pass;
    }

    /// <summary>Judges an answer that came from where the query went, with the query's id. Learned names are in force when this returns.</summary>
    public DnsStep JudgeAnswer(ReadOnlySpan<ExchangeEnds> sides, AskedQuestion asked, ReadOnlySpan<byte> message)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(message);
        if (!reader.Header.IsResponse || !reader.NextQuestion(name, out var length, out var question) || !asked.Is(name[..length], question))
        {
            // Some servers leave the question out of an error.
            var isBareError = reader is { Fault: DnsFault.None, Header: { IsResponse: true, Questions: 0, Answers: 0, Code: not DnsResponseCode.NoError } };
            if (!isBareError)
            {
                counters.CountUnasked();
                return DnsStep.Drop;
            }
        }

        Span<IpAddress> addresses = stackalloc IpAddress[64];
        var isNews = reader.Header.Code == DnsResponseCode.NoError && asked.Question.Class == 1;
        if (!Follow(message, asked.Name, addresses, out var count, out var ttl))
        {
            if (count > addresses.Length && count <= MostAddresses)
            {
                addresses = new IpAddress[count];
                if (!Follow(message, asked.Name, addresses, out count, out ttl)) count = -1;
            }
            else
            {
                count = -1;
            }
        }

        if (count < 0)
        {
            counters.CountMalformed();
            return DnsStep.Drop;
        }

        var policy = policies.Current;
        Span<char> text = stackalloc char[DnsName.MaxLength];
        for (var i = 0; i < asked.Name.Length; i++) text[i] = (char)asked.Name[i];
        foreach (ref readonly var side in sides)
        {
            if (isNews && count > 0 && side.Direction == TrafficDirection.Egress)
                names.Learn(side.Endpoint, text[..asked.Name.Length], (ushort)asked.Question.Type, addresses[..count], ttl);
            Record(policy, side, isResponse: true, Verdict.Forwarded, message);
        }

        counters.CountAnswered();
        return DnsStep.Pass;
    }

    private static bool Limits(L7Decision decision) => decision.Rules is not null || decision.IsDenied;

    /// <summary>Notes a message for a side that limits it: to the other one it is a datagram like any other.</summary>
    private void Record(PolicyView policy, in ExchangeEnds side, bool isResponse, Verdict verdict, ReadOnlySpan<byte> message)
    {
        if (policy.Ask(side) is var decision && Limits(decision)) outbox.Dns(side, isResponse, verdict, decision.Rule, message);
    }

    private static bool IsAllowed(L7Decision decision, AskedQuestion asked)
    {
        if (decision.IsDenied) return false;
        if (decision.Matcher is not { } matcher) return true;
        if (decision.Parser != "dns") return false;
        Span<char> text = stackalloc char[DnsName.MaxLength];
        for (var i = 0; i < asked.Name.Length; i++) text[i] = (char)asked.Name[i];
        return matcher.AllowsDns(text[..asked.Name.Length]);
    }

    /// <summary>The addresses that an answer gives a name, through aliases.</summary>
    /// <returns>False for an answer that cannot be read to its end, or with more addresses than there is room for; then their number is told.</returns>
    private static bool Follow(ReadOnlySpan<byte> message, ReadOnlySpan<byte> asked, Span<IpAddress> addresses, out int count, out uint ttl)
    {
        Span<byte> chain = stackalloc byte[(MostAliases + 1) * (DnsName.MaxLength + 1)];
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        Put(chain, 0, asked);
        var links = 1;
        while (true)
        {
            // An alias may stand behind what it leads to: as long as a pass finds new ones, another follows.
            var before = links;
            (count, ttl) = (0, uint.MaxValue);
            var reader = new DnsReader(message);
            while (reader.NextAnswer(name, out var length, out var record))
            {
                if (record.Class != 1 || !Contains(chain, links, name[..length])) continue;
                if (record.Type == DnsType.CName)
                {
                    ttl = Math.Min(ttl, record.TimeToLive);
                    if (reader.NameIn(record, name, out length) != DnsFault.None) return Fails(out count);
                    if (Contains(chain, links, name[..length])) continue;
                    if (links > MostAliases) return Fails(out count);
                    Put(chain, links++, name[..length]);
                }
                else if (AddressOf(record, reader.DataOf(record)) is { } address)
                {
                    ttl = Math.Min(ttl, record.TimeToLive);
                    if (count < addresses.Length) addresses[count] = address;
                    count++;
                }
            }

            if (reader.Fault != DnsFault.None) return Fails(out count);
            if (links == before) return count <= addresses.Length;
        }

        static bool Fails(out int count)
        {
            count = -1;
            return false;
        }
    }

    private static IpAddress? AddressOf(DnsRecord record, ReadOnlySpan<byte> data) => (record.Type, data.Length) switch
    {
        (DnsType.A, 4) => IpAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(data)),
        (DnsType.Aaaa, 16) => IpAddress.FromBytes(data),
        _ => null,
    };

    private static void Put(Span<byte> chain, int index, ReadOnlySpan<byte> name)
    {
        var at = chain[(index * (DnsName.MaxLength + 1))..];
        at[0] = (byte)name.Length;
        name.CopyTo(at[1..]);
    }

    private static bool Contains(ReadOnlySpan<byte> chain, int links, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < links; i++)
        {
            var link = chain[(i * (DnsName.MaxLength + 1))..];
            if (link.Slice(1, link[0]).SequenceEqual(name)) return true;
        }

        return false;
    }

    private static int Refusal(ReadOnlySpan<byte> query, int length, DnsResponseCode code, Span<byte> reply)
    {
        query[..length].CopyTo(reply);
        _ = DnsHeader.Read(query, out var header);
        var flags = DnsHeader.Response | DnsHeader.RecursionAvailable | (header.Flags & (DnsHeader.RecursionDesired | 0x7800)) | (ushort)code;
        (header with { Flags = (ushort)flags, Questions = (ushort)(length > DnsHeader.Length ? 1 : 0), Answers = 0, Authorities = 0, Additionals = 0 }).Write(reply);
        return length;
    }

    /// <summary>Asks for no larger answer than fits one packet, where a query's EDNS record (RFC 6891) stands right behind its question.</summary>
    private static void LowerPayloadSize(DnsHeader header, Span<byte> rest)
    {
        if (DnsEdns.Leads(header, rest) && DnsEdns.PayloadSize(rest) > MostUdpBytes) DnsEdns.SetPayloadSize(rest, MostUdpBytes);
    }
}
