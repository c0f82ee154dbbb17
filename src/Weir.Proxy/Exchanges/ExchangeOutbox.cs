using System.Buffers;
using System.Buffers.Binary;
using Weir.Model;
using Weir.Proxy.Feed;

namespace Weir.Proxy.Exchanges;

/// <summary>
/// What the proxies saw, on its way to the agent: a ring of bytes of a fixed size. While the agent is away it fills; then what is newest is
/// lost and counted. Writing never waits, and allocates nothing.
/// </summary>
/// <param name="capacity">Bytes it holds. Default: 4 MiB, some 25,000 exchanges.</param>
/// <param name="time">The clock that exchanges are dated by.</param>
public sealed class ExchangeOutbox(TimeProvider time, int capacity = 4 << 20) : IDisposable
{
    /// <summary>The longest frame, in bytes: what <see cref="Peek"/> must have room for, or nothing behind it would ever leave.</summary>
    internal const int LongestFrame = 32 * 1024;

    private const int LongestMessage = 4096, LongestUrl = 2048, LongestMethod = 64;

    private readonly byte[] _ring = new byte[capacity];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _filled = new(0, 1);
    private long _written, _taken;
    private long _lost;
    private int _isSignalled;

    /// <summary>Exchanges that found no room since the start.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Notes a DNS message.</summary>
    /// <param name="ends">Between whom.</param>
    /// <param name="isResponse">Whether it is the answer.</param>
    /// <param name="verdict">Whether it passed.</param>
    /// <param name="rule">The rule id it was checked against.</param>
    /// <param name="message">The message; of a longer one the first 4,096 bytes are kept.</param>
    public void Dns(in ExchangeEnds ends, bool isResponse, Verdict verdict, uint rule, ReadOnlySpan<byte> message) =>
        Add(ends, isDns: true, isResponse, isRepeated: false, verdict, rule, Now(), message.Length > LongestMessage ? message[..LongestMessage] : message);

    /// <summary>Tells again of an answer, to an agent that has started since.</summary>
    /// <param name="ends">Between whom.</param>
    /// <param name="message">The answer, or one that says the same.</param>
    /// <param name="timeNanoseconds">When it was seen, since 1970.</param>
    internal void Repeat(in ExchangeEnds ends, ReadOnlySpan<byte> message, long timeNanoseconds) =>
        Add(ends, isDns: true, isResponse: true, isRepeated: true, Verdict.Forwarded, 0, timeNanoseconds, message);

    /// <summary>Notes an HTTP request, or the answer to it. Of one that is too long the headers are left out, and the URL is cut to 2,048 characters.</summary>
    /// <param name="ends">Between whom.</param>
    /// <param name="verdict">Whether it passed.</param>
    /// <param name="rule">The rule id it was checked against.</param>
    /// <param name="request">The request.</param>
    /// <param name="answer">Its answer; null where the request is noted.</param>
    public void Http(in ExchangeEnds ends, Verdict verdict, uint rule, HttpExchange request, HttpAnswer? answer)
    {
        const int Room = LongestFrame - FeedFrame.HeaderLength - ExchangeRecord.HeaderLength, OnStack = 1024;
        var length = HttpRecord.LengthOf(request);
        if (length > Room)
        {
            request = Cut(request);
            length = HttpRecord.LengthOf(request);
        }

        var rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var bytes = (rented ?? stackalloc byte[OnStack])[..length];
        HttpRecord.Write(request, answer, bytes);
        Add(ends, isDns: false, answer is not null, isRepeated: false, verdict, rule, Now(), bytes);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Waits until something was noted, for as long as it takes.</summary>
    internal async Task WaitAsync(CancellationToken cancellation)
    {
        await _filled.WaitAsync(cancellation);
        Volatile.Write(ref _isSignalled, 0);
    }

    /// <summary>Copies the oldest frames, as many whole ones as there is room for. They stay until <see cref="Advance"/>.</summary>
    internal int Peek(Span<byte> destination)
    {
        lock (_gate)
        {
            var length = 0;
            Span<byte> head = stackalloc byte[4];
            while (_taken + length < _written)
            {
                Read(_taken + length, head);
                var frame = FeedFrame.HeaderLength + BinaryPrimitives.ReadInt32LittleEndian(head);
                if (length + frame > destination.Length) break;
                length += frame;
            }

            Read(_taken, destination[..length]);
            return length;
        }
    }

    /// <summary>Frees what was peeked at.</summary>
    internal void Advance(int length)
    {
        lock (_gate) _taken += length;
    }

    /// <inheritdoc/>
    public void Dispose() => _filled.Dispose();

    private void Add(in ExchangeEnds ends, bool isDns, bool isResponse, bool isRepeated, Verdict verdict, uint rule, long timeNanoseconds, ReadOnlySpan<byte> body)
    {
        var payload = ExchangeRecord.HeaderLength + body.Length;
        Span<byte> head = stackalloc byte[FeedFrame.HeaderLength + ExchangeRecord.HeaderLength];
        FeedFrame.WriteHeader(head, FrameKind.Exchange, payload);
        ExchangeRecord.WriteHeader(head[FeedFrame.HeaderLength..], isDns, isResponse, isRepeated, ends, verdict, rule, timeNanoseconds);
        lock (_gate)
        {
            if (head.Length + body.Length > Math.Min(LongestFrame, capacity - (_written - _taken)))
            {
                _lost++;
                return;
            }

            Write(head);
            Write(body);
        }

        if (Interlocked.Exchange(ref _isSignalled, 1) == 0) _filled.Release();
    }

    /// <summary>A client that sends a URL or headers of many kilobytes has them cut.</summary>
    private static HttpExchange Cut(HttpExchange request) => request with
    {
        Method = Cut(request.Method, LongestMethod),
        Url = Cut(request.Url, LongestUrl),
        Headers = [],
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";

    private long Now() => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var at = (int)(_written % capacity);
        var first = Math.Min(bytes.Length, capacity - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        _written += bytes.Length;
    }

    private void Read(long from, Span<byte> bytes)
    {
        var at = (int)(from % capacity);
        var first = Math.Min(bytes.Length, capacity - at);
        _ring.AsSpan(at, first).CopyTo(bytes);
        _ring.AsSpan(0, bytes.Length - first).CopyTo(bytes[first..]);
    }
}
