using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Kernel.Network;
using Weir.Model;
using Weir.Protocols.Dns;

namespace Weir.Kernel.Proxy;

/// <summary>A name server in a pod, over UDP and TCP on port 53, that makes its answers up from the name.</summary>
internal sealed class TestNameServer : IDisposable
{
    private readonly Socket _udp;
    private readonly Socket _tcp;

    public TestNameServer(TestPod pod)
    {
        _udp = pod.Datagrams(53);
        _udp.ReceiveBufferSize = 4 << 20;
        _tcp = pod.Listen(53);
        new Thread(ServeDatagrams) { IsBackground = true }.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>From whom questions came, by transport.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, bool> Askers { get; } = new();

    /// <summary>The address of the name <c>nNUMBER.test</c>.</summary>
    public static IpAddress AddressOf(int number) => IpAddress.FromIPv4(0xc612_0000u + (uint)number + 1);

    /// <summary>Writes a query; returns its length.</summary>
    public static int Query(Span<byte> buffer, ushort id, string name, DnsType type = DnsType.A)
    {
        var writer = new DnsWriter(buffer, id, DnsHeader.RecursionDesired);
        writer.Question(name, type);
        return writer.Finish();
    }

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private void ServeDatagrams()
    {
        var question = new byte[65536];
        var answer = new byte[1232];
        EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
        _udp.ReceiveTimeout = 0;
        try
        {
            while (true)
            {
                var got = _udp.ReceiveFrom(question, ref from);
                Askers["udp " + ((IPEndPoint)from).Address.MapToIPv6()] = true;
                _udp.SendTo(answer.AsSpan(0, Answer(question.AsSpan(0, got), answer)), from);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = _tcp.Accept();
                new Thread(() => ServeStream(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private void ServeStream(Socket client)
    {
        using (client)
        {
            try
            {
                Askers["tcp " + ((IPEndPoint)client.RemoteEndPoint!).Address.MapToIPv6()] = true;
                using var stream = new NetworkStream(client);
                var length = new byte[2];
                var question = new byte[65536];
                var answer = new byte[65538];
                while (stream.ReadAtLeast(length, 2, throwOnEndOfStream: false) == 2)
                {
                    var size = BinaryPrimitives.ReadUInt16BigEndian(length);
                    stream.ReadExactly(question.AsSpan(0, size));
                    var said = Answer(question.AsSpan(0, size), answer.AsSpan(2));
                    BinaryPrimitives.WriteUInt16BigEndian(answer, (ushort)said);
                    stream.Write(answer, 0, said + 2);
                }
            }
            catch (Exception ended) when (ended is IOException or SocketException)
            {
                return;
            }
        }
    }

    private static int Answer(ReadOnlySpan<byte> question, Span<byte> answer)
    {
        var reader = new DnsReader(question);
        var bytes = new byte[DnsName.MaxLength];
        reader.NextQuestion(bytes, out var length, out var asked);
        var name = Encoding.ASCII.GetString(bytes, 0, length);
        var label = name.Split('.')[0];
        var code = label == "none" ? (ushort)DnsResponseCode.NameError : (ushort)0;
        var writer = new DnsWriter(answer, reader.Header.Id, (ushort)(DnsHeader.Response | code));
        writer.Question(name, asked.Type);
        Span<byte> data = stackalloc byte[4];
        if (label == "many" && asked.Type == DnsType.A)
        {
            for (var i = 0; i < 100; i++) writer.Answer(DnsType.A, 60, Bytes(AddressOf(50_000 + i), data));
        }
        else if (label.StartsWith('n') && int.TryParse(label.AsSpan(1), out var number) && asked.Type == DnsType.A)
        {
            writer.Answer(DnsType.A, 60, Bytes(AddressOf(number), data));
        }

        return writer.Finish();
    }

    private static Span<byte> Bytes(IpAddress address, Span<byte> data)
    {
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)address.Low);
        return data;
    }
}
