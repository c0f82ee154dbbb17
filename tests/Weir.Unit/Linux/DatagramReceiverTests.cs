using System.Net;
using System.Net.Sockets;
using Weir.Linux.Sockets;
using Xunit;

namespace Weir.Unit.Linux;

public sealed class DatagramReceiverTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.77")]
    [InlineData("::1", "::1")]
    public void Tells_the_sender_and_where_it_was_sent_to(string from, string to)
    {
        if (from == "::1" && !Socket.OSSupportsIPv6) Assert.Skip("This machine has no IPv6.");
        using var receiver = Bind(from == "::1" ? IPAddress.IPv6Any : IPAddress.Any);
        TransparentSocket.ReceiveOriginalDestination(receiver);
        using var sender = Bind(IPAddress.Parse(from));
        var target = new IPEndPoint(IPAddress.Parse(to), ((IPEndPoint)receiver.LocalEndPoint!).Port);
        sender.SendTo("hello"u8, target);

        var buffer = new byte[64];
        Assert.True(DatagramReceiver.WaitForEither(receiver, sender, TimeSpan.FromSeconds(10)));
        Assert.True(DatagramReceiver.TryReceive(receiver, buffer, out var length, out var source, out var destination));
        Assert.Equal("hello"u8, buffer.AsSpan(0, length));
        Assert.Equal(sender.LocalEndPoint, source);
        Assert.Equal(target, destination);
        Assert.False(DatagramReceiver.TryReceive(receiver, buffer, out _, out _, out _), "there was one datagram only");
    }

    [Fact]
    public void A_datagram_longer_than_the_buffer_is_not_reported_in_part()
    {
        using var receiver = Bind(IPAddress.Loopback);
        TransparentSocket.ReceiveOriginalDestination(receiver);
        using var sender = Bind(IPAddress.Loopback);
        sender.SendTo(new byte[100], receiver.LocalEndPoint!);

        Assert.True(DatagramReceiver.WaitForEither(receiver, sender, TimeSpan.FromSeconds(10)));
        Assert.False(DatagramReceiver.TryReceive(receiver, new byte[99], out _, out _, out _));
    }

    private static Socket Bind(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
