using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Weir.Protocols.Ip;

namespace Weir.Lab.Simulated;

/// <summary>
/// One end of a TCP connection. A frame arrives at once or is lost, and its sender knows which: so there are no windows and no
/// timers, but a lost frame is sent again, later and later, as TCP does.
/// </summary>
internal sealed class SimulatedConnection
{
    private const int SegmentLength = 1_400;
    private const int PauseAtBytes = 256 * 1024;

    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_firstSynWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    private readonly SimulatedHost _host;
    private readonly SimulatedListener? _listener;
    private readonly Pipe _inbound = new(new PipeOptions(pauseWriterThreshold: PauseAtBytes, resumeWriterThreshold: PauseAtBytes / 2));
    private readonly TaskCompletionSource<SocketError> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private bool _isOffered, _isClosedHere, _isClosedThere;

    /// <summary>Makes an end; with a listener, one that someone else opens.</summary>
    public SimulatedConnection(SimulatedHost host, SocketPair pair, uint number, SimulatedListener? listener = null) =>
        (_host, Pair, Number, _listener) = (host, pair, number, listener);

    public SocketPair Pair { get; }

    /// <summary>
    /// What every segment of this connection carries as its sequence number, never 0: tells it from an earlier one of the same addresses
    /// and ports, whose last segments may still be on their way.
    /// </summary>
    public uint Number { get; }

    /// <summary>Whether someone else opened it.</summary>
    public bool IsAccepted => _listener is not null;

    public PipeReader Inbound => _inbound.Reader;

    /// <summary>Sends SYN until it is answered.</summary>
    /// <exception cref="SocketException">Refused.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before an answer came.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        for (var wait = s_firstSynWait; !_opened.Task.IsCompleted; wait = Longer(wait))
        {
            Send(TcpFlag.Syn, []);
            if (_opened.Task.IsCompleted) break;
            await WaitAsync(_opened.Task, wait, cancellation);
        }

        if (await _opened.Task is var error and not SocketError.Success) throw new SocketException((int)error);
    }

    /// <summary>Sends bytes; returns when the other end has them and room for more.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0)
        {
            var segment = bytes[..Math.Min(SegmentLength, bytes.Length)];
            await SendUntilTakenAsync(TcpFlag.Psh | TcpFlag.Ack, segment, cancellation);
            bytes = bytes[segment.Length..];
        }
    }

    /// <summary>Says that no more will be sent nor read.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_isClosedHere) return;
            _isClosedHere = true;
        }

        _inbound.Reader.Complete();
        if (_failed.Task.IsCompleted) return;
        _ = CloseAsync();
    }

    /// <summary>Ends the connection with an error for both of its users' calls.</summary>
    public void Fail(SocketError error)
    {
        _host.Forget(this);
        _opened.TrySetResult(error);
        lock (_lock)
        {
            if (_failed.Task.IsCompleted) return;
            _failed.SetResult();
            if (!_isClosedThere) _inbound.Writer.Complete(Reset());
        }
    }

    /// <summary>Takes a segment that arrived.</summary>
    public Delivery Receive(byte flags, ReadOnlySpan<byte> payload)
    {
        if ((flags & TcpFlag.Rst) != 0)
        {
            Fail(_opened.Task.IsCompleted ? SocketError.ConnectionReset : SocketError.ConnectionRefused);
            return Delivery.Taken;
        }

        if ((flags & TcpFlag.Syn) != 0)
        {
            if (_listener is not null) Send(TcpFlag.Syn | TcpFlag.Ack, []);
            else AnswerSynAck();
            return Delivery.Taken;
        }

        if (_listener is not null && !Offer()) return Delivery.Taken;
        if (payload.Length > 0) return ReceiveData(payload);
        if ((flags & TcpFlag.Fin) != 0) ReceiveFin();
        return Delivery.Taken;
    }

    private void AnswerSynAck()
    {
        // Answered first: whoever waits for the connection may close it at once.
        Send(TcpFlag.Ack, []);
        _opened.TrySetResult(SocketError.Success);
    }

    /// <summary>Hands the connection to whoever accepts, once; false where it had to be refused.</summary>
    private bool Offer()
    {
        lock (_lock)
        {
            if (_isOffered) return true;
            _isOffered = true;
        }

        _opened.TrySetResult(SocketError.Success);
        if (_listener!.Offer(this)) return true;
        Send(TcpFlag.Rst | TcpFlag.Ack, []);
        Fail(SocketError.ConnectionReset);
        return false;
    }

    private Delivery ReceiveData(ReadOnlySpan<byte> payload)
    {
        Task room;
        lock (_lock)
        {
            if (_isClosedHere || _isClosedThere || _failed.Task.IsCompleted)
            {
                // Nobody will read it, and the sender must know.
                Send(TcpFlag.Rst | TcpFlag.Ack, []);
                _host.Forget(this);
                return Delivery.Taken;
            }

            _inbound.Writer.Write(payload);
            room = _inbound.Writer.FlushAsync().AsTask();
        }

        Send(TcpFlag.Ack, []);
        return new Delivery(true, room);
    }

    private void ReceiveFin()
    {
        Send(TcpFlag.Ack, []);
        lock (_lock)
        {
            if (_isClosedThere || _failed.Task.IsCompleted) return;
            _isClosedThere = true;
            _inbound.Writer.Complete();
            if (!_isClosedHere) return;
        }

        _host.Forget(this);
    }

    private async Task CloseAsync()
    {
        try
        {
            await SendUntilTakenAsync(TcpFlag.Fin | TcpFlag.Ack, ReadOnlyMemory<byte>.Empty, CancellationToken.None);
        }
        catch (IOException)
        {
            // Reset meanwhile, or never taken: closed all the same.
        }

        bool isOver;
        lock (_lock) isOver = _isClosedThere;
        if (isOver) _host.Forget(this);
    }

    private async Task SendUntilTakenAsync(byte flags, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        const int mostAttempts = 12;
        var wait = s_firstWait;
        for (var attempt = 0; attempt < mostAttempts; attempt++)
        {
            if (_failed.Task.IsCompleted) throw Reset();
            var delivery = Send(flags, payload.Span);
            if (_failed.Task.IsCompleted) throw Reset();
            if (delivery.Arrived)
            {
                if (!delivery.Room.IsCompleted) await delivery.Room.WaitAsync(cancellation);
                return;
            }

            await WaitAsync(_failed.Task, wait, cancellation);
            wait = Longer(wait);
        }

        Fail(SocketError.TimedOut);
        throw new IOException("The other end did not answer.", new SocketException((int)SocketError.TimedOut));
    }

    /// <summary>Waits for something to happen, or for the time to send again.</summary>
    private async Task WaitAsync(Task happens, TimeSpan wait, CancellationToken cancellation)
    {
        using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(happens, Task.Delay(wait, _host.Time, stopWaiting.Token));
        await stopWaiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private Delivery Send(byte flags, ReadOnlySpan<byte> payload) => _host.Send(Pair, TransportProtocol.Tcp, flags, payload, Number);

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < s_longestWait ? wait * 2 : s_longestWait;

    private static IOException Reset() => new("Connection reset by peer", new SocketException((int)SocketError.ConnectionReset));
}
