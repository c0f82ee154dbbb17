using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Weir.Traffic;

/// <summary>One byte there, one byte back, over TCP: on one connection (RR), or on a new connection each time (CRR).</summary>
internal static class RequestResponse
{
    /// <summary>Answers each byte with a byte until the process is stopped.</summary>
    public static void Serve(IPEndPoint at)
    {
        using var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(at);
        listener.Listen(1024);
        Console.Out.WriteLine("ready");
        while (true)
        {
            var client = listener.Accept();
            client.NoDelay = true;

            // One client at a time opens many short connections; one thread for each is cheap enough and adds no queue.
            ThreadPool.UnsafeQueueUserWorkItem(Answer, client, preferLocal: false);
        }
    }

    /// <summary>Exchanges a second that never end within <paramref name="duration"/>, on one connection.</summary>
    public static double MeasureOnOne(IPEndPoint server, TimeSpan duration)
    {
        using var socket = Connect(server);
        var one = new byte[1];
        return Measure(duration, () => Exchange(socket, one));
    }

    /// <summary>Exchanges a second, each on a connection of its own.</summary>
    public static double MeasureOnMany(IPEndPoint server, TimeSpan duration)
    {
        var one = new byte[1];
        return Measure(duration, () =>
        {
            using var socket = Connect(server);
            Exchange(socket, one);

            // The client resets, so that no connection waits a minute and the ports last.
            socket.LingerState = new LingerOption(true, 0);
        });
    }

    private static double Measure(TimeSpan duration, Action exchange)
    {
        var warm = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(warm) < duration / 4) exchange();

        var count = 0;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            exchange();
            count++;
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        return socket;
    }

    private static void Exchange(Socket socket, byte[] one)
    {
        socket.Send(one);
        if (socket.Receive(one) != 1) throw new InvalidOperationException("The server closed the connection in the middle of an exchange.");
    }

    private static void Answer(Socket client)
    {
        using (client)
        {
            try
            {
                var one = new byte[1];
                while (client.Receive(one) == 1) client.Send(one);
            }
            catch (SocketException)
            {
                // The client resets when it is done.
            }
        }
    }

    private static void Answer(object? state) => Answer((Socket)state!);
}
