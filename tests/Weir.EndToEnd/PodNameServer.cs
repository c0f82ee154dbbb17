using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Linux;
using Weir.Protocols.Dns;

namespace Weir.EndToEnd;

/// <summary>A name server inside a pod, by UDP and TCP: <c>one.test</c>, <c>six.test</c> (IPv6), <c>chain.test</c> (three aliases), <c>many.test</c> (100 addresses). Other names do not exist.</summary>
internal sealed class PodNameServer : IDisposable
{
    private const int MostByUdp = 1232;

    private readonly Socket _udp, _tcp;
    private readonly Task _datagrams, _streams;
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private int _served;

    public PodNameServer(NetworkNamespace pod)
    {
        _udp = pod.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        _tcp = pod.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _udp.Bind(new IPEndPoint(IPAddress.Any, 53));
        _tcp.Bind(new IPEndPoint(IPAddress.Any, 53));
        _tcp.Listen();
        (_datagrams, _streams) = (DatagramsAsync(), StreamsAsync());
    }

    /// <summary>Questions that reached it.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>How often a name was asked for here.</summary>
    public int Asked(string name) => _asked.GetValueOrDefault(name);

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
        Task.WaitAll([_datagrams, _streams], TimeSpan.FromSeconds(5));
    }

    private async Task DatagramsAsync()
    {
        var buffer = new byte[1500];
        try
        {
            while (true)
            {
                var got = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await _udp.SendToAsync(Answer(buffer.AsSpan(0, got.ReceivedBytes), MostByUdp), got.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task StreamsAsync()
    {
        var buffer = new byte[1500];
        try
        {
            while (true)
            {
                using var stream = new NetworkStream(await _tcp.AcceptAsync(), ownsSocket: true);
                while (await stream.ReadAtLeastAsync(buffer.AsMemory(0, 2), 2, throwOnEndOfStream: false) == 2)
                {
                    var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
                    await stream.ReadExactlyAsync(buffer.AsMemory(0, length));
                    var answer = Answer(buffer.AsSpan(0, length), ushort.MaxValue);
                    var framed = new byte[answer.Length + 2];
                    BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)answer.Length);
                    answer.CopyTo(framed, 2);
                    await stream.WriteAsync(framed);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Closed.
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> query, int most)
    {
        Interlocked.Increment(ref _served);
        Span<byte> bytes = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(query);
        if (!reader.NextQuestion(bytes, out var length, out var question)) throw new InvalidDataException("a query without a question");
        var name = Encoding.Latin1.GetString(bytes[..length]);
        _asked.AddOrUpdate(name, 1, (_, count) => count + 1);
        var known = name is "one.test" or "six.test" or "chain.test" or "many.test";
        var buffer = new byte[8192];
        var writer = new DnsWriter(buffer, reader.Header.Id, (ushort)(DnsHeader.Response | DnsHeader.RecursionAvailable | (known ? 0 : (int)DnsResponseCode.NameError)));
        writer.Question(name, question.Type);
        var count = 0;
        if (name == "chain.test")
        {
            // The aliases' owners differ, which the writer has no call for: records are put together by hand.
            return Chain(reader.Header.Id, question.Type);
        }

        if (question.Type == DnsType.Aaaa && name == "six.test") writer.Answer(DnsType.Aaaa, 60, IPAddress.Parse("2001:db8::6").GetAddressBytes());
        if (question.Type == DnsType.A && name == "one.test") writer.Answer(DnsType.A, 60, [198, 51, 100, 1]);
        while (question.Type == DnsType.A && name == "many.test" && count < 100) writer.Answer(DnsType.A, 60, [198, 51, 100, (byte)++count]);
        var whole = writer.Finish();
        if (whole <= most) return buffer[..whole];

        var cut = new DnsWriter(buffer, reader.Header.Id, (ushort)(DnsHeader.Response | DnsHeader.Cut));
        cut.Question(name, question.Type);
        return buffer[..cut.Finish()];
    }

    private static byte[] Chain(ushort id, DnsType type)
    {
        using var message = new MemoryStream();
        Put(message, [(byte)(id >> 8), (byte)id, 0x80, 0x80, 0, 1, 0, 4, 0, 0, 0, 0]);
        Put(message, Wire("chain.test"));
        Put(message, [0, (byte)type, 0, 1]);
        string[] owners = ["chain.test", "a.test", "b.test", "c.test"];
        for (var i = 0; i < 3; i++) Record(message, owners[i], DnsType.CName, Wire(owners[i + 1]));
        Record(message, owners[3], DnsType.A, [198, 51, 100, 7]);
        return message.ToArray();
    }

    private static void Record(MemoryStream message, string owner, DnsType type, byte[] data)
    {
        Put(message, Wire(owner));
        Put(message, [0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length]);
        Put(message, data);
    }

    private static void Put(MemoryStream message, byte[] bytes) => message.Write(bytes);

    private static byte[] Wire(string name) => [.. name.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];
}
