using System.Net;
using System.Net.Sockets;
using Weir.Linux;
using Xunit;

namespace Weir.Unit.Linux;

public sealed class SocketHandoverTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-handover");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_listener_that_was_given_away_and_closed_here_goes_on_there()
    {
        var (giving, taking) = Pair();
        IPEndPoint address;
        using (giving)
        using (var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        using (var datagrams = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp))
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            address = (IPEndPoint)listener.LocalEndPoint!;
            datagrams.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            SocketHandover.Send(giving, listener, datagrams);
        }

        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        using (taking)
        {
            var taken = SocketHandover.Receive(taking, 2)!;
            using var listener = taken[0];
            using var datagrams = taken[1];
            using var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
            Assert.Equal((AddressFamily.InterNetworkV6, SocketType.Dgram), (datagrams.AddressFamily, datagrams.SocketType));
        }
    }

    [Fact]
    public void Who_gives_nothing_or_another_number_gives_null()
    {
        var (giving, taking) = Pair();
        using (taking)
        {
            using var one = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            SocketHandover.Send(giving, one);
            Assert.Null(SocketHandover.Receive(taking, 2));
            giving.Dispose();
            Assert.Null(SocketHandover.Receive(taking, 2));
        }
    }

    private (Socket Giving, Socket Taking) Pair()
    {
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "s"));
        door.Bind(path);
        door.Listen();
        var taking = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5_000 };
        taking.Connect(path);
        return (door.Accept(), taking);
    }
}
