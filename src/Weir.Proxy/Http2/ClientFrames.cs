using Weir.Model;
using Weir.Protocols.Http;
using Weir.Protocols.Http2;
using Weir.Proxy.Http;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http2;

/// <summary>From client to server: judges each request when its header fields are there; what is denied is answered here.</summary>
internal sealed class ClientFrames(
    ProxiedConnection connection, RequestJudge judge, StreamTable streams, Wire from, WireBuffer read, FrameSink onward, FrameSink back, Task serverIsKnown)
    : FrameLoop(connection, from, read, onward, back)
{
    // Bytes of the client's window that the server was not told of: what is answered here may use them.
    private const uint WantedReserve = 4096;

    private readonly HeaderList _answer = new();
    private byte[] _path = new byte[256];
    private uint _reserve;
    private uint _initialWindow = 65_535;

    protected override Task BackIsOpen => serverIsKnown;

    protected override Http2Error Take(Frame frame, ReadOnlySpan<byte> payload)
    {
        switch (frame.Type)
        {
            case FrameType.Data when streams.TryGet(frame.Stream, out _):
                Onward.Add(frame, payload);
                if (frame.Has(Frame.EndStream)) streams.End(frame.Stream, byClient: true);
                return Http2Error.None;
            case FrameType.Data:
                // The body of what was denied: the server never sees it, so its place in the window is given back here.
                if (frame.Stream == 0 || frame.Stream > LastStream) return Http2Error.Protocol;
                if (frame.Length > 0) Back.Add(FrameType.WindowUpdate, 0, (uint)frame.Length);
                return Http2Error.None;
            case FrameType.ResetStream:
                if (!streams.TryGet(frame.Stream, out _)) return Http2Error.None;
                streams.Remove(frame.Stream);
                Onward.Add(frame, payload);
                return Http2Error.None;
            case FrameType.Settings:
                return TakeSettings(frame, payload, toServer: true, ref _initialWindow);
            case FrameType.WindowUpdate:
                return TakeWindow(frame, payload);
            case FrameType.Ping or FrameType.GoAway:
                Onward.Add(frame, payload);
                return Http2Error.None;
            case FrameType.PushPromise:
                return Http2Error.Protocol;
            default:
                return Http2Error.None; // priorities, and extensions that were not agreed on
        }
    }

    protected override Http2Error TakeFields(uint stream, bool endsStream)
    {
        if (streams.TryGet(stream, out var open))
        {
            if (!endsStream || open.ClientEnded || MessageFields.CheckTrailers(Fields) != HttpFault.None) return Http2Error.Protocol;
            Onward.AddHeaders(stream, endsStream: true, Fields);
            streams.End(stream, byClient: true);
            return Http2Error.None;
        }

        if (stream % 2 == 0) return Http2Error.Protocol;
        if (stream <= LastStream) return Http2Error.None; // the end of what was denied
        LastStream = stream;
        if (Fields.IsTooLarge)
        {
            judge.RecordFault("HTTP/2", 431);
            Answer(stream, endsStream, "431", [], []);
            return Http2Error.None;
        }

        var fault = MessageFields.CheckRequest(Fields, out var request);
        var form = fault == HttpFault.None ? SetPath(request, out var length) : Refuse(out length);
        if (form == PathForm.Refused)
        {
            judge.RecordFault("HTTP/2", 0);
            Back.Add(FrameType.ResetStream, stream, (uint)Http2Error.Protocol);
            return Http2Error.None;
        }

        Open(stream, endsStream, request, _path.AsSpan(0, length), form);
        return Http2Error.None;
    }

    private static PathForm Refuse(out int length)
    {
        length = 0;
        return PathForm.Refused;
    }

    private void Open(uint stream, bool endsStream, RequestFields request, ReadOnlySpan<byte> path, PathForm form)
    {
        var since = Connection.Time.GetTimestamp();
        var host = Connection.Texts.Get(Fields.Value(request.Host));
        var judged = Connection.Texts.Get(path);
        var exchange = new HttpExchange
        {
            Method = Connection.Texts.Get(Fields.Value(request.Method)),
            Url = judge.Url(host, judged),
            Protocol = "HTTP/2",
            TraceId = Header(TraceParent.HeaderName) is { } parent ? TraceParent.IdIn(parent) : null,
            Headers = Connection.Redaction.Recorded(Header),
        };
        if (!judge.Allows(exchange, judged, host, Header))
        {
            judge.RecordAnswer(exchange, 403, since);
            if (IsGrpc()) AnswerGrpc(stream, endsStream);
            else Answer(stream, endsStream, "403", System.Text.Encoding.ASCII.GetBytes(CannedAnswer.BodyOf(403)), []);
        }
        else if (form == PathForm.Redirected)
        {
            judge.RecordAnswer(exchange, 307, since);
            Answer(stream, endsStream, "307", [], path);
        }
        else if (!TryChange())
        {
            judge.RecordAnswer(exchange, 431, since, Verdict.Error);
            Answer(stream, endsStream, "431", [], []);
        }
        else if (!streams.TryAdd(stream, exchange, since, endsStream))
        {
            Back.Add(FrameType.ResetStream, stream, (uint)Http2Error.RefusedStream);
        }
        else
        {
            Onward.AddHeaders(stream, endsStream, Fields, request.Path, path);
        }
    }

    /// <summary>Changes the fields as the rules want; the path, a pseudo-header, keeps its place.</summary>
    private bool TryChange()
    {
        Fields.Apply(judge.Changes);
        return !Fields.IsTooLarge;
    }

    private PathForm SetPath(RequestFields request, out int length)
    {
        length = 0;
        if (request.Path < 0) return PathForm.Judged;
        var path = Fields.Value(request.Path);
        if (_path.Length < path.Length) _path = new byte[path.Length * 2];
        if (path[0] == '/') return HttpPath.Normalize(path, _path, out length);
        path.CopyTo(_path);
        length = path.Length;
        return PathForm.Judged;
    }

    private string? Header(string name)
    {
        var at = Fields.IndexOf(name);
        if (at < 0) return null;
        var text = Connection.Texts.Get(Fields.Value(at));
        while ((at = Fields.IndexOf(name, at + 1)) >= 0) text = $"{text},{Connection.Texts.Get(Fields.Value(at))}";
        return text;
    }

    private bool IsGrpc() => Fields.IndexOf("content-type") is var at and >= 0 && Fields.Value(at).StartsWith("application/grpc"u8);

    private void Answer(uint stream, bool wasWhole, ReadOnlySpan<char> status, ReadOnlySpan<byte> body, ReadOnlySpan<byte> location)
    {
        // Without room in the client's window the status alone has to do.
        if (body.Length > Math.Min(_reserve, _initialWindow)) body = default;
        _reserve -= (uint)body.Length;
        _answer.Clear();
        Span<byte> text = stackalloc byte[3];
        System.Text.Ascii.FromUtf16(status, text, out _);
        _answer.Add(":status"u8, text);
        if (!location.IsEmpty) _answer.Add("location"u8, location);
        if (!body.IsEmpty) _answer.Add("content-type"u8, "text/plain"u8);
        Back.AddHeaders(stream, body.IsEmpty, _answer);
        if (!body.IsEmpty) Back.Add(new Frame(0, FrameType.Data, Frame.EndStream, stream), body);
        if (!wasWhole) Back.Add(FrameType.ResetStream, stream, (uint)Http2Error.None);
    }

    /// <summary>What gRPC's clients understand: status 7 is PERMISSION_DENIED, as Envoy translates a 403.</summary>
    private void AnswerGrpc(uint stream, bool wasWhole)
    {
        _answer.Clear();
        _answer.Add(":status"u8, "200"u8);
        _answer.Add("content-type"u8, "application/grpc"u8);
        _answer.Add("grpc-status"u8, "7"u8);
        _answer.Add("grpc-message"u8, "Access denied"u8);
        Back.AddHeaders(stream, endsStream: true, _answer);
        if (!wasWhole) Back.Add(FrameType.ResetStream, stream, (uint)Http2Error.None);
    }

    private Http2Error TakeWindow(Frame frame, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4) return Http2Error.FrameSize;
        if (frame.Stream != 0)
        {
            if (streams.TryGet(frame.Stream, out _)) Onward.Add(frame, payload);
            return Http2Error.None;
        }

        var more = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFF_FFFF;
        var kept = Math.Min(more, WantedReserve - _reserve);
        _reserve += kept;
        if (more > kept) Onward.Add(FrameType.WindowUpdate, 0, more - kept);
        return more == 0 ? Http2Error.Protocol : Http2Error.None;
    }
}
