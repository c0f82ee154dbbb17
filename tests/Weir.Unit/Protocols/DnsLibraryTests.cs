using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Weir.Protocols.Dns;
using Xunit;

namespace Weir.Unit.Protocols;

/// <summary>Our codec beside a library's (ARSoft.Tools.Net): each reads alike what the other has written. The library writes only to sockets, so it serves on one.</summary>
public sealed class DnsLibraryTests : IAsyncLifetime
{
    private const int Messages = 1_000;

    private readonly DnsServer _library;
    private readonly IPEndPoint _address = FreeAddress();
    private DnsMessage? _next;

    public DnsLibraryTests()
    {
        _library = new DnsServer(new TcpServerTransport(_address));
        _library.QueryReceived += (_, args) =>
        {
            args.Response = _next;
            return Task.CompletedTask;
        };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _library.Start();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _library.Stop();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_the_library_writes_compressed_or_not_is_read_alike()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_address, Ct);
        await using var stream = new NetworkStream(socket);
        var random = new Random(5);
        var pointers = 0;
        for (var i = 0; i < Messages; i++)
        {
            var message = RandomMessage(random);
            _next = message;
            var bytes = await AskAsync(stream, (ushort)i);
            Compare(message, (ushort)i, bytes);
            Compare(DnsMessage.Parse(new ArraySegment<byte>(bytes)), (ushort)i, bytes);
            if (bytes.AsSpan(12).IndexOfAnyInRange((byte)0xC0, (byte)0xFF) >= 0) pointers++;
        }

        Assert.InRange(pointers, Messages / 2, Messages);
    }

    [Fact]
    public void What_we_write_the_library_reads_alike()
    {
        var random = new Random(6);
        var buffer = new byte[4096];
        for (var i = 0; i < Messages; i++)
        {
            var (name, alias) = (RandomName(random), RandomName(random));
            var address = RandomBytes(random, random.Next(2) == 0 ? 4 : 16);
            var ttl = (uint)random.Next();
            var writer = new DnsWriter(buffer, (ushort)i, DnsHeader.Response | DnsHeader.RecursionAvailable);
            Assert.Equal(DnsFault.None, writer.Question(name, DnsType.A));
            Assert.Equal(DnsFault.None, writer.AnswerName(DnsType.CName, ttl, alias));
            Assert.Equal(DnsFault.None, writer.Answer(address.Length == 4 ? DnsType.A : DnsType.Aaaa, ttl, address));
            Assert.Equal(DnsFault.None, writer.Authority(alias, ttl));
            var message = DnsMessage.Parse(new ArraySegment<byte>(buffer, 0, writer.Finish()));

            Assert.Equal(((ushort)i, true, true, ReturnCode.NoError), (message.TransactionID, !message.IsQuery, message.IsRecursionAllowed, message.ReturnCode));
            var question = Assert.Single(message.Questions);
            Assert.Equal((name, RecordType.A), (Text(question.Name), question.RecordType));
            Assert.Equal(name, Text(message.AnswerRecords[0].Name));
            Assert.Equal(alias, Text(Assert.IsType<CNameRecord>(message.AnswerRecords[0]).CanonicalName));
            Assert.Equal(address, ((IAddressRecord)message.AnswerRecords[1]).Address.GetAddressBytes());
            Assert.Equal((name, (int)ttl), (Text(message.AnswerRecords[1].Name), message.AnswerRecords[1].TimeToLive));
            Assert.Equal(alias, Text(Assert.IsType<SoaRecord>(Assert.Single(message.AuthorityRecords)).Name));
        }
    }

    /// <summary>Holds what our reader finds against a message of the library's.</summary>
    private static void Compare(DnsMessage expected, ushort id, byte[] bytes)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(bytes);
        Assert.Equal((id, true, (int)expected.ReturnCode), (reader.Header.Id, reader.Header.IsResponse, (int)reader.Header.Code));
        foreach (var question in expected.Questions)
        {
            Assert.True(reader.NextQuestion(name, out var length, out var read));
            Assert.Equal((Text(question.Name), (int)question.RecordType), (Encoding.Latin1.GetString(name[..length]), (int)read.Type));
        }

        foreach (var answer in expected.AnswerRecords)
        {
            Assert.True(reader.NextAnswer(name, out var length, out var read));
            Assert.Equal((Text(answer.Name), (int)answer.RecordType, (uint)answer.TimeToLive), (Encoding.Latin1.GetString(name[..length]), (int)read.Type, read.TimeToLive));
            if (answer is IAddressRecord address) Assert.Equal(address.Address.GetAddressBytes(), reader.DataOf(read).ToArray());
            if (answer is not CNameRecord alias) continue;
            Assert.Equal(DnsFault.None, reader.NameIn(read, name, out length));
            Assert.Equal(Text(alias.CanonicalName), Encoding.Latin1.GetString(name[..length]));
        }

        Assert.False(reader.NextAnswer(name, out _, out _));
        Assert.Equal(DnsFault.None, reader.Fault);
    }

    private static DnsMessage RandomMessage(Random random)
    {
        // A few names of a few zones, so that there is something to refer back to.
        var names = Enumerable.Range(0, 4).Select(_ => DomainName.Parse(RandomName(random))).ToList();
        names.AddRange(names.ToList().Select(n => DomainName.Parse(Label(random)) + n).Where(n => n.ToString().Length < 250));
        var message = new DnsMessage { IsQuery = false, ReturnCode = (ReturnCode)random.Next(6), IsEDnsEnabled = random.Next(2) == 0 };
        message.Questions.Add(new ARSoft.Tools.Net.Dns.DnsQuestion(Any(), RecordType.A, RecordClass.INet));
        for (var i = random.Next(12); i > 0; i--) message.AnswerRecords.Add(RandomRecord());
        for (var i = random.Next(3); i > 0; i--) message.AuthorityRecords.Add(new NsRecord(Any(), random.Next(), Any()));
        return message;

        DomainName Any() => names[random.Next(names.Count)];

        DnsRecordBase RandomRecord() => random.Next(6) switch
        {
            0 => new ARecord(Any(), random.Next(), new IPAddress(RandomBytes(random, 4))),
            1 => new AaaaRecord(Any(), random.Next(), new IPAddress(RandomBytes(random, 16))),
            2 => new CNameRecord(Any(), random.Next(), Any()),
            3 => new MxRecord(Any(), random.Next(), (ushort)random.Next(65_536), Any()),
            4 => new SrvRecord(Any(), random.Next(), 1, 2, (ushort)random.Next(65_536), Any()),
            _ => new TxtRecord(Any(), random.Next(), Label(random)),
        };
    }

    private static string RandomName(Random random)
    {
        string name;
        do name = string.Join('.', Enumerable.Range(0, random.Next(1, 7)).Select(_ => Label(random)));
        while (name.Length > DnsName.MaxLength);
        return name;
    }

    private static string Label(Random random) =>
        new(random.GetItems("abcdefghijklmnopqrstuvwxyz0123456789-_".AsSpan(), random.Next(4) == 0 ? random.Next(1, 64) : random.Next(1, 12)));

    private static string Text(DomainName name) => name.ToString().TrimEnd('.').ToLowerInvariant();

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Asks anything; the library answers with the message that is next.</summary>
    private async Task<byte[]> AskAsync(NetworkStream stream, ushort id)
    {
        var query = new byte[64];
        var writer = new DnsWriter(query.AsSpan(2), id, DnsHeader.RecursionDesired);
        writer.Question("next.test", DnsType.A);
        var length = writer.Finish();
        BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)length);
        _next!.TransactionID = id;
        await stream.WriteAsync(query.AsMemory(0, length + 2), Ct);
        await stream.ReadExactlyAsync(query.AsMemory(0, 2), Ct);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(query)];
        await stream.ReadExactlyAsync(answer, Ct);
        return answer;
    }

    private static IPEndPoint FreeAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
