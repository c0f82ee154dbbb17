using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Kernel.Network;

/// <summary>Small conversations over real sockets, each bounded in time.</summary>
internal static class Traffic
{
    /// <summary>Connects from inside a namespace; null where that fails, or takes longer than <paramref name="timeoutMs"/>.</summary>
    public static Socket? Connect(NetworkNamespace from, string address, int port, int timeoutMs = 2000) => from.Run(() =>
    {
        var ip = IPAddress.Parse(address);
        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 2000, SendTimeout = 2000 };
        try
        {
            using var limit = new CancellationTokenSource(timeoutMs);
            socket.ConnectAsync(ip, port, limit.Token).AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch (Exception failed) when (failed is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    });

    /// <summary>Sends a line and reads what comes back within two seconds; null where nothing comes, "RST" on a reset, "" on an end.</summary>
    public static string? Ask(Socket socket, string text)
    {
        try
        {
            socket.Send(Encoding.UTF8.GetBytes(text));
            var buffer = new byte[2048];
            return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode == SocketError.ConnectionReset ? "RST" : null;
        }
    }

    /// <summary>Answers each connection's messages with themselves, after the client's address, until the listener is disposed.</summary>
    public static void Echo(Socket listener) => _ = Task.Run(async () =>
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                _ = Task.Run(() => EchoOne(client));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return;
        }
    });

    /// <summary>Answers each datagram with itself, after the sender's address, until the socket is disposed.</summary>
    public static void EchoDatagrams(Socket socket) => _ = Task.Run(async () =>
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.IPv6Any, 0));
                await socket.SendToAsync(Answer(got.RemoteEndPoint, buffer.AsSpan(0, got.ReceivedBytes)), got.RemoteEndPoint);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return;
        }
    });

    private static async Task EchoOne(Socket client)
    {
        using (client)
        {
            var buffer = new byte[65536];
            try
            {
                while (await client.ReceiveAsync(buffer) is > 0 and var got)
                    await client.SendAsync(Answer(client.RemoteEndPoint!, buffer.AsSpan(0, got)));
            }
            catch (SocketException)
            {
                return; // the client went away, which tests do
            }
        }
    }

    private static byte[] Answer(EndPoint peer, ReadOnlySpan<byte> text)
    {
        var address = ((IPEndPoint)peer).Address;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return [.. Encoding.UTF8.GetBytes($"{address} "), .. text];
    }
}
