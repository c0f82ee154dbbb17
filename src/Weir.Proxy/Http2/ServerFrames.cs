using Weir.Protocols.Http;
using Weir.Protocols.Http2;
using Weir.Proxy.Http;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http2;

/// <summary>From server to client: records each answer.</summary>
internal sealed class ServerFrames(
    ProxiedConnection connection, RequestJudge judge, StreamTable streams, Wire from, WireBuffer read, FrameSink onward, FrameSink back)
    : FrameLoop(connection, from, read, onward, back)
{
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isKnown;
    private uint _initialWindow;

    /// <summary>Ends when the server's settings were passed on, or never will be.</summary>
    public Task IsKnown => _known.Task;

    protected override void Sent()
    {
        if (_isKnown) _known.TrySetResult();
    }

    protected override void Ended() => _known.TrySetResult();

    protected override Http2Error Take(Frame frame, ReadOnlySpan<byte> payload)
    {
        // A server that does not begin with its settings does not speak HTTP/2.
        if (!_isKnown && frame.Type != FrameType.Settings) return Http2Error.Protocol;
        _isKnown = true;
        switch (frame.Type)
        {
            case FrameType.Settings:
                return TakeSettings(frame, payload, toServer: false, ref _initialWindow);
            case FrameType.Data:
                Onward.Add(frame, payload);
                if (frame.Has(Frame.EndStream)) streams.End(frame.Stream, byClient: false);
                return Http2Error.None;
            case FrameType.ResetStream:
                streams.Remove(frame.Stream);
                Onward.Add(frame, payload);
                return Http2Error.None;
            case FrameType.WindowUpdate or FrameType.Ping or FrameType.GoAway:
                Onward.Add(frame, payload);
                return Http2Error.None;
            case FrameType.PushPromise:
                return Http2Error.Protocol; // it was told not to
            default:
                return Http2Error.None;
        }
    }

    protected override Http2Error TakeFields(uint stream, bool endsStream)
    {
        if (!_isKnown) return Http2Error.Protocol;
        if (!streams.TryGet(stream, out var open)) return Http2Error.None; // the client has reset it
        var status = 0;
        var fault = Fields.IsTooLarge ? HttpFault.TooLarge
            : open.Answered ? MessageFields.CheckTrailers(Fields)
            : MessageFields.CheckResponse(Fields, out status);
        if (fault != HttpFault.None || (open.Answered && !endsStream))
        {
            judge.RecordAnswer(open.Request, 502, open.Since, Model.Verdict.Error);
            streams.Remove(stream);
            Onward.Add(FrameType.ResetStream, stream, (uint)Http2Error.Internal);
            Back.Add(FrameType.ResetStream, stream, (uint)Http2Error.Protocol);
            return Http2Error.None;
        }

        if (status >= 200)
        {
            open.Answered = true;
            judge.RecordAnswer(open.Request, status, open.Since);
        }

        Onward.AddHeaders(stream, endsStream, Fields);
        if (endsStream) streams.End(stream, byClient: false);
        return Http2Error.None;
    }
}
