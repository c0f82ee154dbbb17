using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Weir.Proxy.Relay;

/// <summary>The datagrams between one pod's port and one destination.</summary>
/// <remarks>
/// The answering socket has the pod's own four numbers, so the datapath hands it the pod's later datagrams as well; only the
/// first ones come by the listener.
/// </remarks>
internal sealed class UdpExchange : IDisposable
{
    private const int BufferLength = 65_535;

    private readonly Socket _answer;
    private readonly Socket _upstream;
    private readonly RelayCounters _counters;
    private readonly TimeProvider _time;
    private long _lastUse;

    public UdpExchange(IPEndPoint pod, IPEndPoint destination, Socket answer, Socket upstream, RelayCounters counters, TimeProvider time)
    {
        (Pod, Destination, _answer, _upstream, _counters, _time) = (pod, destination, answer, upstream, counters, time);
        _lastUse = time.GetTimestamp();
    }

    public IPEndPoint Pod { get; }

    public IPEndPoint Destination { get; }

    /// <summary>How long no datagram has passed.</summary>
    public TimeSpan IdleFor() => _time.GetElapsedTime(Volatile.Read(ref _lastUse));

    /// <summary>Passes on a datagram of the pod's; drops it if there is no room.</summary>
    public void SendUpstream(ReadOnlySpan<byte> datagram) => Send(_upstream, datagram);

    /// <summary>Passes datagrams both ways until disposed, or until the destination refuses them.</summary>
    public async Task PumpAsync()
    {
        var there = PumpAsync(_answer, _upstream, Pod);
        var back = PumpAsync(_upstream, _answer, Destination);
        await Task.WhenAny(there, back);
        Dispose();
        await Task.WhenAll(there, back);
    }

    public void Dispose()
    {
        _answer.Dispose();
        _upstream.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, IPEndPoint expected)
    {
        try
        {
            while (true)
            {
                // Peeking at nothing waits without a buffer: a silent exchange costs two sockets and no memory besides.
                await from.ReceiveFromAsync(Memory<byte>.Empty, SocketFlags.Peek, expected);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
                try
                {
                    var got = await from.ReceiveFromAsync(buffer, SocketFlags.None, expected);

                    // Between bind() and connect() the socket takes datagrams from anyone; those are not this exchange's.
                    if (expected.Equals(got.RemoteEndPoint)) Send(to, buffer.AsSpan(0, got.ReceivedBytes));
                    else _counters.CountDatagramDropped();
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed, or ICMP said that nobody listens there: the exchange ends and the next datagram opens a new one.
        }
    }

    private void Send(Socket to, ReadOnlySpan<byte> datagram)
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        try
        {
            to.Send(datagram, SocketFlags.None, out var error);
            if (error == SocketError.Success) _counters.CountBytes(datagram.Length);
            else _counters.CountDatagramDropped();
        }
        catch (ObjectDisposedException)
        {
            _counters.CountDatagramDropped();
        }
    }
}
