using Weir.Protocols.Http2;
using Weir.Proxy.Http;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http2;

/// <summary>One direction of an HTTP/2 connection: takes frames as they come and passes them on, as fast as the other side takes them.</summary>
/// <remarks>
/// Windows, pings and resets are between client and server, by the same stream numbers; header fields are read and written again, since they
/// build on what was sent before.
/// </remarks>
internal abstract class FrameLoop(ProxiedConnection connection, Wire from, WireBuffer read, FrameSink onward, FrameSink back) : IDisposable
{
    private const int MostBatched = 128 * 1024;
    private const int MaxBlock = 64 * 1024;
    private const int MaxFragments = 64;

    private readonly HpackDecoder _decoder = new();
    private byte[] _block = [];
    private int _blockLength;
    private int _fragments;
    private uint _blockStream;
    private bool _blockEndsStream;

    protected ProxiedConnection Connection { get; } = connection;

    protected HeaderList Fields { get; } = new();

    protected FrameBatch Onward { get; } = new();

    protected FrameBatch Back { get; } = new();

    /// <summary>Ends when answers may be sent back: a client wants to hear the server's settings first.</summary>
    protected virtual Task BackIsOpen => Task.CompletedTask;

    /// <summary>The last stream that was opened in this direction.</summary>
    protected uint LastStream { get; set; }

    /// <summary>Runs until this side ends.</summary>
    /// <returns>Whether it ended in an orderly way.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            while (true)
            {
                var error = Drain(out var isDrained);
                if (error != Http2Error.None) Back.AddGoAway(LastStream, (uint)error);
                await onward.SendAsync(Onward);
                Sent();
                if (Back.Length > 0) await BackIsOpen;
                await back.SendAsync(Back);
                if (error != Http2Error.None) return false;
                if (!isDrained) continue;
                Connection.Allow(Connection.Limits.Idle);
                var count = await from.ReadAsync(read.Room());
                if (count == 0) return true;
                read.Add(count);
            }
        }
        catch (Exception e) when (Wire.IsFault(e))
        {
            return false;
        }
        finally
        {
            Ended();
        }
    }

    public void Dispose()
    {
        Onward.Dispose();
        Back.Dispose();
    }

    /// <summary>Called when what was taken has been passed on.</summary>
    protected virtual void Sent()
    {
    }

    /// <summary>Called when this direction is over.</summary>
    protected virtual void Ended()
    {
    }

    /// <summary>Takes any frame but HEADERS and CONTINUATION.</summary>
    protected abstract Http2Error Take(Frame frame, ReadOnlySpan<byte> payload);

    /// <summary>Takes the header fields of a stream.</summary>
    protected abstract Http2Error TakeFields(uint stream, bool endsStream);

    /// <summary>Passes the settings on.</summary>
    protected Http2Error TakeSettings(Frame frame, ReadOnlySpan<byte> payload, bool toServer, ref uint initialWindow)
    {
        if (frame.Has(Frame.Ack))
        {
            Onward.Add(frame, payload);
            return payload.IsEmpty ? Http2Error.None : Http2Error.FrameSize;
        }

        Span<byte> passed = stackalloc byte[1024];
        if (payload.Length + SettingsFilter.MaxGrowth > passed.Length) return Http2Error.EnhanceYourCalm;
        var length = SettingsFilter.Write(payload, toServer, Connection.Limits.MaxStreams, passed, ref initialWindow);
        if (length < 0) return Http2Error.FrameSize;
        Onward.Add(frame, passed[..length]);
        return Http2Error.None;
    }

    private Http2Error Drain(out bool isDrained)
    {
        isDrained = true;
        while (read.Unread.Length >= Frame.HeaderLength)
        {
            var frame = Frame.Read(read.Unread);
            if (frame.Length > Frame.MaxLength) return Http2Error.FrameSize;
            if (read.Unread.Length < Frame.HeaderLength + frame.Length) break;
            var payload = read.Unread.Slice(Frame.HeaderLength, frame.Length);
            var error = frame.Type is FrameType.Headers or FrameType.Continuation ? TakeFragment(frame, payload)
                : _blockStream != 0 ? Http2Error.Protocol
                : Take(frame, payload);
            if (error != Http2Error.None) return error;
            read.Consume(Frame.HeaderLength + frame.Length);
            if (Onward.Length + Back.Length < MostBatched) continue;
            isDrained = false;
            break;
        }

        return Http2Error.None;
    }

    private Http2Error TakeFragment(Frame frame, ReadOnlySpan<byte> payload)
    {
        if (frame.Stream == 0 || (frame.Type == FrameType.Headers ? _blockStream != 0 : _blockStream != frame.Stream)) return Http2Error.Protocol;
        if (frame.Type == FrameType.Headers)
        {
            if (!frame.TryStrip(payload, out payload)) return Http2Error.Protocol;
            (_blockStream, _blockEndsStream, _blockLength, _fragments) = (frame.Stream, frame.Has(Frame.EndStream), 0, 0);
        }

        if (++_fragments > MaxFragments || _blockLength + payload.Length > MaxBlock) return Http2Error.EnhanceYourCalm;
        if (frame.Type == FrameType.Headers && frame.Has(Frame.EndHeaders)) return TakeBlock(payload);
        if (_block.Length < _blockLength + payload.Length) Array.Resize(ref _block, _blockLength + payload.Length);
        payload.CopyTo(_block.AsSpan(_blockLength));
        _blockLength += payload.Length;
        if (!frame.Has(Frame.EndHeaders)) return Http2Error.None;
        var error = TakeBlock(_block.AsSpan(0, _blockLength));
        _block = [];
        return error;
    }

    private Http2Error TakeBlock(ReadOnlySpan<byte> block)
    {
        var stream = _blockStream;
        _blockStream = 0;
        return _decoder.TryRead(block, Fields) ? TakeFields(stream, _blockEndsStream) : Http2Error.Compression;
    }
}
