using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Feed;

/// <summary>The agent's end of <c>proxy.sock</c>, for one connection.</summary>
public sealed class FeedClient : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly FeedReader _reader;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<string?>> _waiting = new();
    private long _sequence;

    private FeedClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new FeedReader(_stream);
    }

    /// <summary>Told of each exchange that the proxy saw. Its message is valid during the call.</summary>
    public required Action<ExchangeRecord> Seen { get; init; }

    /// <summary>Told how many exchanges were lost since the proxy started.</summary>
    public required Action<long> Lost { get; init; }

    /// <summary>Told when all that is here for now was told: the time for what is done once a batch.</summary>
    public Action Rested { get; init; } = () => { };

    /// <summary>Connects to the proxy of a run directory.</summary>
    /// <exception cref="SocketException">No proxy listens.</exception>
    /// <exception cref="InvalidDataException">The proxy speaks no version that this agent understands.</exception>
    public static async Task<FeedClient> ConnectAsync(
        string runDirectory, Action<ExchangeRecord> seen, Action<long> lost, CancellationToken cancellation, Action? rested = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(runDirectory, FeedServer.SocketName)), cancellation);
            var client = new FeedClient(socket) { Seen = seen, Lost = lost, Rested = rested ?? (() => { }) };
            await FeedFrame.WriteAsync(client._stream, FrameKind.Hello, FeedJson.Write(FeedHello.Ours), cancellation);
            if (await client._reader.ReadAsync(cancellation) is not (FrameKind.Hello, var payload))
                throw new IOException("The proxy closed the connection at once.");
            var theirs = FeedJson.Read<FeedHello>(payload.Span);
            return FeedHello.Ours.CommonWith(theirs) is null
                ? throw new InvalidDataException(
                    $"The proxy speaks versions {theirs.Oldest} to {theirs.Version} of proxy.sock, this agent {FeedHello.Ours.Oldest} to {FeedHello.Ours.Version}: update the older one.")
                : client;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Tells something and waits until it is in force.</summary>
    /// <param name="update">What to tell; its sequence number is given here.</param>
    /// <param name="cancellation">Ends the waiting; the update is told all the same.</param>
    /// <returns>Why it is not wholly in force; null where it is.</returns>
    /// <exception cref="IOException">The proxy is gone.</exception>
    public async Task<string?> TellAsync(FeedUpdate update, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writing.WaitAsync(cancellation);
        try
        {
            update = update with { Sequence = ++_sequence };
            _waiting[update.Sequence] = answer;
            await FeedFrame.WriteAsync(_stream, FrameKind.Update, FeedJson.Write(update), CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }

        return await answer.Task.WaitAsync(cancellation);
    }

    /// <summary>Reads until the proxy ends, or cancelled. Whoever waits for an answer then gets an <see cref="IOException"/>.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            do
            {
                while (_reader.TryTake(out var kind, out var payload)) Take(kind, payload);
                Rested();
            }
            while (await _reader.FillAsync(cancellation));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The proxy was killed; the caller connects again.
        }
        finally
        {
            var gone = new IOException("The proxy is gone.");
            foreach (var (sequence, answer) in _waiting)
                if (_waiting.TryRemove(sequence, out _)) answer.TrySetException(gone);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _writing.Dispose();
    }

    private void Take(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Ack:
                var ack = FeedJson.Read<FeedAck>(payload.Span);
                if (_waiting.TryRemove(ack.Sequence, out var answer)) answer.TrySetResult(ack.Problem);
                break;
            case FrameKind.Exchange when ExchangeRecord.TryRead(payload, out var record):
                Seen(record);
                break;
            case FrameKind.Lost when payload.Length == 8:
                Lost(BinaryPrimitives.ReadInt64LittleEndian(payload.Span));
                break;
        }
    }
}
