using System.Buffers;
using System.Buffers.Binary;
using System.Threading.Channels;

namespace Weir.Lab.Api.Streams.Spdy;

/// <summary>The server's end of a SPDY/3.1 connection (draft 3.1), as far as Kubernetes' clients use it: they open streams, both sides send.</summary>
/// <remarks>
/// <para>A frame: 8 bytes, then as many as the last three of those say. Data begins with a stream's number, control with 0x8003 and a type.</para>
/// <para>There are no windows: Kubernetes' own implementation neither sends nor obeys any.</para>
/// </remarks>
internal sealed class SpdyConnection : IAsyncDisposable
{
    private const int HeaderLength = 8;
    private const int MostFrameBytes = 1024 * 1024;
    private const ushort SynStream = 1, SynReply = 2, RstStream = 3, Ping = 6, GoAway = 7;
    private const byte Fin = 1;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private readonly Stream _transport;
    private readonly SpdyInflater _inflater = new();
    private readonly Dictionary<int, SpdyStream> _open = [];
    private readonly Channel<SpdyStream> _accepted = Channel.CreateUnbounded<SpdyStream>();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _gone = new();
    private readonly Task _reading;
    private bool _hasReplied;
    private int _lastStream;

    /// <summary>Takes an upgraded connection.</summary>
    public SpdyConnection(Stream transport)
    {
        _transport = transport;
        Gone = _gone.Token;
        _reading = ReadAsync();
    }

    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Gone { get; }

    /// <summary>The streams that the client opens, each answered already; ends with the connection.</summary>
    public ChannelReader<SpdyStream> Accepted => _accepted.Reader;

    /// <summary>Says goodbye, waits a moment for the client to close, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await SendControlAsync(GoAway, Numbers(_lastStream, 0));
        }
        catch (IOException)
        {
            // Gone already.
        }

        // To close while the client still sends would break the connection under what it has yet to read.
        await Task.WhenAny(_reading, Task.Delay(s_patience));
        await _transport.DisposeAsync();
        await _reading;
        _inflater.Dispose();
        _gone.Dispose();
        _sending.Dispose();
    }

    /// <summary>Sends a stream's bytes.</summary>
    internal async ValueTask SendDataAsync(int stream, ReadOnlyMemory<byte> bytes, bool isLast)
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, stream);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), bytes.Length);
        header[4] = isLast ? Fin : (byte)0;
        await SendAsync(header, bytes);
    }

    private ValueTask SendControlAsync(ushort type, byte[] body)
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt16BigEndian(header, 0x8003);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), type);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), body.Length);
        return SendAsync(header, body);
    }

    private async ValueTask SendAsync(byte[] header, ReadOnlyMemory<byte> body)
    {
        // One write a frame: a transport of messages would make two messages of two.
        var length = header.Length + body.Length;
        var frame = ArrayPool<byte>.Shared.Rent(length);
        header.CopyTo(frame, 0);
        body.CopyTo(frame.AsMemory(header.Length));
        try
        {
            await _sending.WaitAsync();
            try
            {
                await _transport.WriteAsync(frame.AsMemory(0, length));
                await _transport.FlushAsync();
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var header = new byte[HeaderLength];
            while (await _transport.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)) & 0xFF_FFFF;
                if (length > MostFrameBytes) return;
                var body = new byte[length];
                await _transport.ReadExactlyAsync(body);
                var isControl = (header[0] & 0x80) != 0;
                if (!(isControl ? await TakeControlAsync(BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)), header[4], body) : await TakeDataAsync(header, body))) return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client went away.
        }
        finally
        {
            foreach (var stream in _open.Values) stream.End();
            _accepted.Writer.TryComplete();
            await _gone.CancelAsync();
        }
    }

    private async ValueTask<bool> TakeDataAsync(byte[] header, byte[] body)
    {
        if (!_open.TryGetValue(BinaryPrimitives.ReadInt32BigEndian(header), out var stream)) return true;
        if (body.Length > 0) await stream.TakeAsync(body);
        if ((header[4] & Fin) != 0) stream.End();
        return true;
    }

    /// <summary>Does what a control frame says; false ends the connection.</summary>
    private async ValueTask<bool> TakeControlAsync(ushort type, byte flags, byte[] body)
    {
        switch (type)
        {
            // Stream, associated stream, priority and slot: 10 bytes before the headers.
            case SynStream when body.Length >= 10:
                if (_inflater.Inflate(body.AsMemory(10)) is not { } block || SpdyHeaders.Read(block) is not { } headers) return false;
                var stream = new SpdyStream(this, BinaryPrimitives.ReadInt32BigEndian(body) & int.MaxValue, headers);
                _open[stream.Id] = stream;
                _lastStream = stream.Id;
                if ((flags & Fin) != 0) stream.End();
                await SendControlAsync(SynReply, [.. body[..4], .. SpdyHeaders.Empty(isFirst: !_hasReplied)]);
                _hasReplied = true;
                _accepted.Writer.TryWrite(stream);
                return true;
            case RstStream when body.Length >= 8:
                if (_open.Remove(BinaryPrimitives.ReadInt32BigEndian(body), out var ended)) ended.End();
                return true;
            case Ping:
                await SendControlAsync(Ping, body);
                return true;
            default:
                // Settings, windows and goodbyes change nothing here; headers after the first are not used.
                return true;
        }
    }

    private static byte[] Numbers(int first, int second)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(bytes, first);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), second);
        return bytes;
    }
}
