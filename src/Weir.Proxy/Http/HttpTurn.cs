using System.Buffers;
using System.Runtime.CompilerServices;
using Weir.Model;
using Weir.Protocols.Http;
using Weir.Proxy.Wires;

namespace Weir.Proxy.Http;

/// <summary>Takes a permitted request to its server, and the answer back.</summary>
internal sealed class HttpTurn(ProxiedConnection connection, HttpHead head, RequestJudge judge, UpstreamGroup upstreams)
{
    private const int WriteBytes = 16 * 1024;

    /// <summary>How long the last write of a body may go on after the whole answer was read, before the server's connection is given up.</summary>
    private static readonly TimeSpan _lastWrite = TimeSpan.FromMilliseconds(100);

    private readonly Wire _client = connection.Client;
    private readonly WireBuffer _read = connection.Read;
    private byte[] _target = new byte[256];
    private int _targetLength;
    private int _headLength;
    private bool _upgrades;
    private bool _answerBegan;
    private bool _answerIsWhole;
    private BodyProgress _body;
    private volatile bool _bodyIsHandedOver;
    private volatile bool _bodyIsMalformed;
    private volatile bool _bodyIsSent;
    private Task? _sending;

    private enum Outcome
    {
        /// <summary>The client has its answer and may send the next request.</summary>
        GoesOn,

        /// <summary>The client has its answer, and its connection ends.</summary>
        Ends,

        /// <summary>The server gave no answer that could be passed on.</summary>
        Failed,

        /// <summary>The server closed a kept connection before it took the request.</summary>
        NotTaken,
    }

    /// <summary>Whether the client may still be sending, and must be given time to read its answer.</summary>
    public bool Lingers { get; private set; }

    /// <summary>The target in the form that is judged and sent.</summary>
    public ReadOnlyMemory<byte> Target => _target.AsMemory(0, _targetLength);

    /// <summary>Finds the form of the request's target.</summary>
    public PathForm SetTarget(ReadOnlySpan<byte> bytes)
    {
        var path = head.IsConnect ? head.Target.Of(bytes) : head.Path.Of(bytes);
        if (path.IsEmpty) path = "/"u8;
        if (_target.Length < path.Length) _target = new byte[path.Length * 2];
        if (path[0] == '/') return HttpPath.Normalize(path, _target, out _targetLength);
        path.CopyTo(_target);
        _targetLength = path.Length;
        return PathForm.Judged;
    }

    /// <summary>Passes the request on and its answer back.</summary>
    /// <returns>Whether the client's connection goes on.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> RunAsync(HttpExchange request, long since)
    {
        _sending = null;
        var goesOn = await TryAsync(request, since);
        if (_sending is null) return goesOn;
        if (!_sending.IsCompleted)
        {
            // What the client still sends has nowhere to go: the server's connection is closed, and the next write says so.
            connection.Allow(connection.Limits.Linger);
            if (!goesOn) _client.EndWrites();
            await _sending;
        }

        Lingers |= !_bodyIsSent;
        return goesOn && _bodyIsSent;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryAsync(HttpExchange request, long since)
    {
        var repeatable = IsRepeatable(request.Method);
        _answerBegan = Lingers = false;
        _upgrades = head.Upgrade.Length > 0 && !IsH2c(head.Upgrade.Of(_read.Unread));
        while (true)
        {
            Upstream upstream;
            try
            {
                upstream = upstreams.TryTake(repeatable)
                    ?? new Upstream(await connection.Connect(connection.Source, connection.Destination, connection.Stopping));
            }
            catch (Exception e) when (Wire.IsFault(e))
            {
                return await FailAsync(request, 503, since);
            }

            switch (await ExchangeAsync(upstream, request, since))
            {
                case Outcome.GoesOn:
                    return true;
                case Outcome.Ends:
                    return false;
                case Outcome.NotTaken when repeatable:
                    continue; // nothing of the request was lost with the connection
                case Outcome.NotTaken:
                    return await FailAsync(request, 503, since);
                default:
                    return await FailAsync(request, _bodyIsMalformed ? 400 : 502, since);
            }
        }
    }

    private static bool IsH2c(ReadOnlySpan<byte> upgrade) => System.Text.Ascii.EqualsIgnoreCase(upgrade, "h2c"u8);

    /// <summary>Whether a request may be sent twice (RFC 9110 §9.2.2): one without a body, which is still here.</summary>
    private bool IsRepeatable(string method) =>
        head.Framing == BodyFraming.None && head.Upgrade.Length == 0 && method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE";

    private async ValueTask<bool> FailAsync(HttpExchange request, int status, long since)
    {
        if (_answerBegan)
        {
            // Half an answer must not look like a whole one.
            _client.Abort();
            return false;
        }

        judge.RecordAnswer(request, status, since, Verdict.Error);
        await _client.WriteAsync(CannedAnswer.Of(status, closes: true, head.IsHead));
        Lingers = true;
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> ExchangeAsync(Upstream upstream, HttpExchange request, long since)
    {
        var outcome = Outcome.Failed;
        _answerIsWhole = false;
        connection.Server = upstream.Wire;
        try
        {
            if (await TrySendHeadAsync(upstream))
            {
                if (!_bodyIsHandedOver) _sending = SendBodyAsync(upstream);
                outcome = await ReceiveAsync(upstream, request, since);
            }
        }
        catch (Exception e) when (Wire.IsFault(e))
        {
            outcome = upstream.IsUsed && !_answerBegan && _sending is null ? Outcome.NotTaken : Outcome.Failed;
        }

        connection.Server = null;
        if (_answerIsWhole && _bodyIsHandedOver && _sending is { IsCompleted: false })
        {
            // A server that read the last of the body may answer before the write of it has returned here: no reason to lose the connection.
            await Task.WhenAny(_sending, Task.Delay(_lastWrite, connection.Time));
        }

        var bodyIsSent = _sending is null ? _bodyIsHandedOver : _sending.IsCompleted && _bodyIsSent;
        if (_answerIsWhole && bodyIsSent && upstream.Head.KeepsAlive && upstream.Read.Unread.IsEmpty) upstreams.Give(upstream);
        else upstream.Abort();
        return outcome;
    }

    /// <summary>Sends the head, with as much of the body as is there already.</summary>
    /// <returns>False where the body is malformed.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TrySendHeadAsync(Upstream upstream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(WriteBytes, head.Length + _targetLength + HttpHeadWriter.MaxGrowth + HttpHeadWriter.GrowthOf(judge.Changes)));
        try
        {
            var length = HttpHeadWriter.WriteRequest(_read.Unread, head, Target.Span, _upgrades, judge.Changes, buffer);
            var follows = _read.Unread[head.Length..];
            follows = follows[..Math.Min(follows.Length, buffer.Length - length)];
            _body = new BodyProgress(head.Framing, head.ContentLength);
            _bodyIsMalformed = _body.Take(follows, out var taken) != HttpFault.None;
            if (_bodyIsMalformed) return false;
            follows[..taken].CopyTo(buffer.AsSpan(length));
            _bodyIsHandedOver = _body.IsDone;
            _bodyIsSent = false;
            _headLength = head.Length;
            if (head.Framing != BodyFraming.None) TakeHead(taken);
            await upstream.Wire.WriteAsync(buffer.AsMemory(0, length + taken));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The request's head is needed no more: at once where a body follows it, else when the answer begins.</summary>
    private void TakeHead(int more = 0)
    {
        _read.Consume(_headLength + more);
        _headLength = 0;
    }

    /// <summary>Passes the rest of the body on as it comes. Never fails: a server that does not take it answers, or closes.</summary>
    private async Task SendBodyAsync(Upstream upstream)
    {
        try
        {
            while (true)
            {
                _bodyIsMalformed = _body.Take(_read.Unread, out var taken) != HttpFault.None;
                if (taken > 0)
                {
                    _bodyIsHandedOver = _body.IsDone && !_bodyIsMalformed;
                    await upstream.Wire.WriteAsync(_read.UnreadMemory[..taken]);
                    _read.Consume(taken);
                    connection.Allow(connection.Limits.Stall);
                }

                if (_bodyIsHandedOver)
                {
                    _bodyIsSent = true;
                    return;
                }

                var room = _read.Room(bulk: true);
                _bodyIsMalformed |= room.IsEmpty;
                var count = _bodyIsMalformed ? 0 : await _client.ReadAsync(room);
                if (count == 0) break;
                _read.Add(count);
            }
        }
        catch (Exception e) when (Wire.IsFault(e))
        {
            // Either side is gone.
        }

        // Half a body must not look like a whole one.
        upstream.Wire.Abort();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> ReceiveAsync(Upstream upstream, HttpExchange request, long since)
    {
        var answer = upstream.Head;
        var began = false;
        while (true)
        {
            HttpFault fault;
            while ((fault = HttpHeadReader.ReadResponse(upstream.Read.Unread, answer)) == HttpFault.Incomplete)
            {
                if (upstream.Read.Unread.Length >= connection.Limits.MaxHeadBytes) return Outcome.Failed;
                var count = await upstream.ReadAsync();
                if (count == 0) return upstream.IsUsed && !began && _bodyIsHandedOver && upstream.Read.Unread.IsEmpty ? Outcome.NotTaken : Outcome.Failed;
                upstream.Read.Add(count);
            }

            if (fault != HttpFault.None || answer.Length > connection.Limits.MaxHeadBytes) return Outcome.Failed;
            if (answer.Status >= 200 || answer.Status == 101) break;
            began = true;
            if (!head.IsVersion10) await SendAnswerAsync(upstream, keeps: true, default);
            upstream.Read.Consume(answer.Length);
        }

        var framing = answer.ResponseFraming(head.IsHead, head.IsConnect);
        var tunnels = answer.Status == 101 || (head.IsConnect && answer.Status < 300);
        if (answer.Status == 101 && (!_upgrades || !_bodyIsHandedOver || answer.Upgrade.Length == 0)) return Outcome.Failed;
        if (framing == BodyFraming.Chunked && head.IsVersion10) return Outcome.Failed;
        if (_headLength > 0) TakeHead();
        var keeps = head.KeepsAlive && _bodyIsHandedOver && framing != BodyFraming.UntilClose && !connection.Stopping.IsCancellationRequested;
        judge.RecordAnswer(request, answer.Status, since);
        _answerBegan = true;
        var body = new BodyProgress(framing, answer.ContentLength);
        if (!tunnels) return await StreamAsync(upstream, body, keeps);
        await SendAnswerAsync(upstream, keeps: true, default);
        upstream.Read.Consume(answer.Length);
        await Tunnel.RunAsync(_client, _read, upstream.Wire, upstream.Read, () => connection.Allow(connection.Limits.Idle));
        return Outcome.Ends;
    }

    /// <summary>Passes the answer back as it comes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> StreamAsync(Upstream upstream, BodyProgress body, bool keeps)
    {
        var headLength = upstream.Head.Length;
        var follows = upstream.Read.UnreadMemory[headLength..];
        var fault = body.Take(follows.Span, out var taken);
        await SendAnswerAsync(upstream, keeps, follows[..taken]);
        upstream.Read.Consume(headLength + taken);
        while (true)
        {
            if (fault != HttpFault.None) return Outcome.Failed;
            if (body.IsDone) break;
            connection.Allow(connection.Limits.Stall);
            var room = upstream.Read.Room(bulk: true);
            var count = room.IsEmpty ? 0 : await upstream.Wire.ReadAsync(room);
            if (count == 0)
            {
                if (!body.EndsWithConnection) return Outcome.Failed;
                return Outcome.Ends;
            }

            upstream.Read.Add(count);
            fault = body.Take(upstream.Read.Unread, out taken);
            if (taken == 0) continue;
            await _client.WriteAsync(upstream.Read.UnreadMemory[..taken]);
            upstream.Read.Consume(taken);
        }

        _answerIsWhole = true;
        return keeps ? Outcome.GoesOn : Outcome.Ends;
    }

    /// <summary>Sends the answer's head to the client, and what follows it in the same packet if it fits.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAnswerAsync(Upstream upstream, bool keeps, ReadOnlyMemory<byte> follows)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(WriteBytes, upstream.Head.Length + HttpHeadWriter.MaxGrowth));
        try
        {
            var length = HttpHeadWriter.WriteResponse(upstream.Read.Unread, upstream.Head, keeps, head.IsVersion10, buffer);
            var fits = follows.Length <= buffer.Length - length;
            if (fits) follows.Span.CopyTo(buffer.AsSpan(length));
            await _client.WriteAsync(buffer.AsMemory(0, fits ? length + follows.Length : length));
            if (!fits) await _client.WriteAsync(follows);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
