using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Weir.Proxy.Wires;

/// <summary>A TCP socket, which this owns.</summary>
internal sealed class SocketWire : Wire
{
    /// <summary>Reads in a row that need not wait, before other connections of the same thread get their turn.</summary>
    private const int MostAtOnce = 16;

    private readonly Socket _socket;
    private int _atOnce;

    public SocketWire(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
    }

    public override bool HasInput
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (IsFault(e))
            {
                return true; // gone: reading will say so
            }
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        var reading = _socket.ReceiveAsync(destination, SocketFlags.None);
        if (!reading.IsCompletedSuccessfully) _atOnce = 0;
        else if (++_atOnce == MostAtOnce) return AfterOthersAsync(reading.Result);
        return reading;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var sending = _socket.SendAsync(bytes, SocketFlags.None);
        if (!sending.IsCompletedSuccessfully) return FinishAsync(sending, bytes);
        var sent = sending.Result;
        return sent == bytes.Length ? ValueTask.CompletedTask : FinishAsync(new ValueTask<int>(sent), bytes);
    }

    public override void EndWrites()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsFault(e))
        {
            // Already gone: there is nobody left to tell.
        }
    }

    public override void Abort() => Relay.TcpConnection.Abort(_socket);

    public override void Dispose() => _socket.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AfterOthersAsync(int count)
    {
        _atOnce = 0;
        await Task.Yield();
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        for (var sent = await sending; sent < bytes.Length;) sent += await _socket.SendAsync(bytes[sent..], SocketFlags.None);
    }
}
