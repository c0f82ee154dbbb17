using System.Net.Sockets;

namespace Weir.Proxy.Wires;

/// <summary>A TCP socket, which this owns.</summary>
internal sealed class SocketWire : Wire
{
    private readonly Socket _socket;

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

    public override ValueTask<int> ReadAsync(Memory<byte> destination) => _socket.ReceiveAsync(destination, SocketFlags.None);

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

    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        for (var sent = await sending; sent < bytes.Length;) sent += await _socket.SendAsync(bytes[sent..], SocketFlags.None);
    }
}
