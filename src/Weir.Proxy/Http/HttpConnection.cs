using Weir.Model;
using Weir.Protocols.Http;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>
/// Serves the HTTP/1.1 requests of one client connection in their order: each is judged, and passed on whole or answered here. Bodies
/// stream; none is kept.
/// </summary>
internal sealed class HttpConnection
{
    private readonly ProxiedConnection _connection;
    private readonly Wire _client;
    private readonly WireBuffer _read;
    private readonly HttpHead _head = new();
    private readonly RequestJudge _judge;
    private readonly HttpTurn _turn;
    private readonly Func<string, string?> _header;
    private HttpExchange? _last;

    public HttpConnection(ProxiedConnection connection, RequestJudge judge, UpstreamGroup upstreams)
    {
        (_connection, _judge) = (connection, judge);
        (_client, _read) = (connection.Client, connection.Read);
        _turn = new HttpTurn(connection, _head, judge, upstreams);
        _header = Header;
    }

    /// <summary>Serves until the client leaves, or has to.</summary>
    public async Task ServeAsync()
    {
        while (true)
        {
            HttpFault fault;
            while ((fault = HttpHeadReader.ReadRequest(_read.Unread, _head)) == HttpFault.Incomplete)
            {
                if (_read.Unread.Length >= _connection.Limits.MaxHeadBytes)
                {
                    fault = HttpFault.TooLarge;
                    break;
                }

                var first = _read.Unread.IsEmpty;
                if (first) _connection.Allow(_connection.Limits.Idle);
                var count = await _client.ReadAsync(_read.Room());
                if (count == 0)
                {
                    if (!first) _judge.RecordFault("HTTP/1.1", 400);
                    return;
                }

                // One moment for the whole head, however its bytes dribble in.
                if (first) _connection.Allow(_connection.Limits.HeadTimeout);
                _read.Add(count);
            }

            _connection.Allow(_connection.Limits.Stall);
            if (fault != HttpFault.None || _head.Length > _connection.Limits.MaxHeadBytes)
            {
                await RefuseAsync(fault is HttpFault.None or HttpFault.TooLarge or HttpFault.TooManyFields ? 431 : 400);
                return;
            }

            if (!await ServeOneAsync()) return;
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ServeOneAsync()
    {
        var since = _connection.Time.GetTimestamp();
        var form = Judge(out var request, out var path, out var host);
        if (form == PathForm.Refused)
        {
            await RefuseAsync(400);
            return false;
        }

        if (!_judge.Allows(request, path, host, _header)) return await AnswerAsync(CannedAnswer.Of(403, ClosesAfter(), _head.IsHead), request, 403, since);
        if (form == PathForm.Redirected) return await AnswerAsync(CannedAnswer.Redirect(_turn.Target.Span, ClosesAfter()), request, 307, since);
        if (await _turn.RunAsync(request, since)) return true;
        if (_turn.Lingers) await LingerAsync();
        return false;
    }

    /// <summary>Puts the target into the form that is judged and sent.</summary>
    private PathForm Judge(out HttpExchange request, out string path, out string host)
    {
        var bytes = _read.Unread;
        var form = _turn.SetTarget(bytes);
        path = _head.IsConnect ? "" : _connection.Texts.Get(_turn.Target.Span);
        host = _connection.Texts.Get(_head.Host.Of(bytes));
        request = Exchange(
            _connection.Texts.Get(_head.Method.Of(bytes)), _judge.Url(host, path), _head.IsVersion10 ? "HTTP/1.0" : "HTTP/1.1", TraceIn(bytes),
            _connection.Redaction.Recorded(_header));
        return form;
    }

    /// <summary>The request for records: of a client that asks the same again and again, the same object.</summary>
    private HttpExchange Exchange(string method, string url, string protocol, string? trace, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (trace is null && headers.Count == 0 && _last is { TraceId: null, Headers.Count: 0 } last &&
            ReferenceEquals(last.Method, method) && ReferenceEquals(last.Url, url) && ReferenceEquals(last.Protocol, protocol)) return last;
        return _last = new HttpExchange { Method = method, Url = url, Protocol = protocol, TraceId = trace, Headers = headers };
    }

    /// <summary>The trace's id; not kept among the texts that repeat, since it is another for each request.</summary>
    private string? TraceIn(ReadOnlySpan<byte> bytes)
    {
        var next = 0;
        return _head.TryFind(bytes, TraceParent.HeaderName, out var value, ref next) ? TraceParent.IdIn(System.Text.Encoding.Latin1.GetString(value)) : null;
    }

    private string? Header(string name)
    {
        var next = 0;
        if (!_head.TryFind(_read.Unread, name, out var value, ref next)) return null;
        var text = _connection.Texts.Get(value);
        while (_head.TryFind(_read.Unread, name, out value, ref next)) text = $"{text},{_connection.Texts.Get(value)}";
        return text;
    }

    /// <summary>Whether a request that is answered here ends the connection: where its body would have to be read for too long, or may never come.</summary>
    private bool ClosesAfter() =>
        !_head.KeepsAlive || _connection.Stopping.IsCancellationRequested || _head.ContentLength > _connection.Limits.MaxDrainBytes ||
        (_head.ExpectsContinue && _head.Framing != BodyFraming.None && _read.Unread.Length == _head.Length);

    private async ValueTask<bool> AnswerAsync(ReadOnlyMemory<byte> answer, HttpExchange request, int status, long since)
    {
        var closes = ClosesAfter();
        _judge.RecordAnswer(request, status, since);
        await _client.WriteAsync(answer);
        var body = new BodyProgress(_head.Framing, _head.ContentLength);
        _read.Consume(_head.Length);
        if (!closes && await TryDrainAsync(body)) return true;
        await LingerAsync();
        return false;
    }

    /// <summary>Reads the body of a refused request, which nobody wants, to get at the next one.</summary>
    private async ValueTask<bool> TryDrainAsync(BodyProgress body)
    {
        var drained = 0;
        while (true)
        {
            if (body.Take(_read.Unread, out var taken) != HttpFault.None) return false;
            _read.Consume(taken);
            drained += taken;
            if (body.IsDone) return true;
            if (drained > _connection.Limits.MaxDrainBytes) return false;
            _connection.Allow(_connection.Limits.HeadTimeout);
            var room = _read.Room(bulk: true);
            if (room.IsEmpty) return false;
            var count = await _client.ReadAsync(room);
            if (count == 0) return false;
            _read.Add(count);
        }
    }

    /// <summary>Refuses what is no HTTP: nothing of it went on, and nothing after it can be trusted.</summary>
    private async ValueTask RefuseAsync(int status)
    {
        _judge.RecordFault("HTTP/1.1", status);
        await _client.WriteAsync(CannedAnswer.Of(status, closes: true, toHead: false));
        await LingerAsync();
    }

    /// <summary>Waits for the client to take the answer: closing on bytes that it still sends would reset the connection and lose it.</summary>
    private async ValueTask LingerAsync()
    {
        _connection.Allow(_connection.Limits.Linger);
        _client.EndWrites();
        for (var left = _connection.Limits.MaxDrainBytes; left > 0;)
        {
            _read.Consume(_read.Unread.Length);
            var count = await _client.ReadAsync(_read.Room(bulk: true));
            if (count == 0) return;
            left -= count;
        }
    }
}
