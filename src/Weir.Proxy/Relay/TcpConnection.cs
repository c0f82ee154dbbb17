using System.Buffers;
using System.Net.Sockets;

namespace Weir.Proxy.Relay;

/// <summary>Two joined sockets. What one reads the other writes, and no more is read than can be written.</summary>
internal sealed class TcpConnection : IDisposable
{
    private const int BufferLength = 64 * 1024, TurnsAtOnce = 16;

    private readonly Socket _pod;
    private readonly Socket _upstream;
    private readonly RelayCounters _counters;
    private readonly TimeProvider _time;
    private long _lastUse;
    private int _closedHalves;

    public TcpConnection(Socket pod, Socket upstream, RelayCounters counters, TimeProvider time)
    {
        (_pod, _upstream, _counters, _time) = (pod, upstream, counters, time);
        _lastUse = time.GetTimestamp();
        KeepAlive(pod);
        KeepAlive(upstream);
    }

    /// <summary>Whether one side has said that it will send no more.</summary>
    public bool IsHalfClosed => Volatile.Read(ref _closedHalves) > 0;

    /// <summary>How long no byte has passed.</summary>
    public TimeSpan IdleFor() => _time.GetElapsedTime(Volatile.Read(ref _lastUse));

    /// <summary>Passes bytes both ways until both sides have closed, or one fails: then both are reset.</summary>
    public async Task PumpAsync()
    {
        var there = PumpAsync(_pod, _upstream);
        var back = PumpAsync(_upstream, _pod);
        var first = await Task.WhenAny(there, back);
        if (!await first) Reset();
        if (!await (first == there ? back : there)) Reset();
    }

    /// <summary>Closes both sides with RST, which also ends <see cref="PumpAsync()"/>.</summary>
    public void Reset()
    {
        Abort(_pod);
        Abort(_upstream);
    }

    public void Dispose()
    {
        _pod.Dispose();
        _upstream.Dispose();
    }

    /// <summary>Closes a socket with RST: the other side must not take an error for an orderly end.</summary>
    public static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already closed; closing again does nothing.
        }

        socket.Dispose();
    }

    /// <returns>Whether <paramref name="from"/> came to an orderly end that <paramref name="to"/> was told of.</returns>
    private async Task<bool> PumpAsync(Socket from, Socket to)
    {
        try
        {
            for (var turn = 1; ; turn++)
            {
                if (turn % TurnsAtOnce == 0) await Task.Yield(); // other connections of the same thread

                // Waiting without a buffer: an idle connection costs two sockets and no memory besides.
                await from.ReceiveAsync(Memory<byte>.Empty);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
                try
                {
                    var count = await from.ReceiveAsync(buffer);
                    Volatile.Write(ref _lastUse, _time.GetTimestamp());
                    if (count == 0)
                    {
                        Interlocked.Increment(ref _closedHalves);
                        to.Shutdown(SocketShutdown.Send);
                        return true;
                    }

                    for (var sent = 0; sent < count;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                        Volatile.Write(ref _lastUse, _time.GetTimestamp());
                    }

                    _counters.CountBytes(count);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
    }
}
