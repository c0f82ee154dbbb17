using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Feed;

/// <summary>
/// The proxy's end of <c>proxy.sock</c>: takes what an agent tells and gives it what was seen. Agents come and go; what the last one told stays in force.
/// </summary>
public sealed partial class FeedServer(string runDirectory, PolicyStore policies, ExchangeOutbox outbox, ILogger logger)
{
    /// <summary>The socket's name in the node's run directory.</summary>
    public const string SocketName = "proxy.sock";

    private const int ChunkLength = 2 * ExchangeOutbox.LongestFrame;

    // What comes one by one goes together: a system call and a wake-up of the agent for each question would cost more than the question.
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(10);

    /// <summary>Repeats to an agent that has just come what it cannot know: the names that were learned.</summary>
    internal Action Repeat { get; set; } = () => { };

    /// <summary>Serves one agent at a time, the one that came last, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var path = Path.Combine(runDirectory, SocketName);
        File.Delete(path); // of a run that was killed; proxy.lock says that nobody else serves it
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(4);
        CancellationTokenSource? serving = null;
        var last = Task.CompletedTask;
        try
        {
            while (true)
            {
                var agent = await listener.AcceptAsync(cancellation);
                if (serving is not null) await serving.CancelAsync();
                await last;
                serving?.Dispose();
                serving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                last = ServeAsync(agent, serving.Token);
            }
        }
        catch (OperationCanceledException)
        {
            await last;
        }
        finally
        {
            serving?.Dispose();
            File.Delete(path);
        }
    }

    private async Task ServeAsync(Socket agent, CancellationToken cancellation)
    {
        await using var stream = new NetworkStream(agent, ownsSocket: true);
        var reader = new FeedReader(stream);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var writing = new SemaphoreSlim(1, 1);
        try
        {
            await FeedFrame.WriteAsync(stream, FrameKind.Hello, Bytes(FeedHello.Ours), ended.Token);
            if (await reader.ReadAsync(ended.Token) is not (FrameKind.Hello, var payload)) return;
            var theirs = FeedJson.Read<FeedHello>(payload.Span);
            if (FeedHello.Ours.CommonWith(theirs) is null)
            {
                Log.NoCommonVersion(logger, theirs.Oldest, theirs.Version, FeedHello.Ours.Oldest, FeedHello.Ours.Version);
                return;
            }

            Log.AgentCame(logger);
            Repeat();
            var sending = SendAsync(stream, writing, ended.Token);
            try
            {
                await ReceiveAsync(reader, stream, writing, ended.Token);
            }
            finally
            {
                await ended.CancelAsync();
                await sending;
            }
        }
        catch (InvalidDataException e)
        {
            Log.NotUnderstood(logger, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The agent ended, or another one came; the policy that it told stays in force.
        }
    }

    private async Task ReceiveAsync(FeedReader reader, NetworkStream stream, SemaphoreSlim writing, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation) is var (kind, payload))
        {
            if (kind != FrameKind.Update) continue;

            // Not on the thread that tells of what sockets have: a whole policy takes its time, and other connections would wait for it.
            var answer = await Task.Run(() => Apply(payload), cancellation);
            await writing.WaitAsync(cancellation);
            try
            {
                await FeedFrame.WriteAsync(stream, FrameKind.Ack, answer, cancellation);
            }
            finally
            {
                writing.Release();
            }
        }
    }

    private byte[] Apply(ReadOnlyMemory<byte> payload)
    {
        var update = FeedJson.Read<FeedUpdate>(payload.Span);
        string? problem;
        try
        {
            problem = policies.Apply(update);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        if (problem is not null) Log.NotInForce(logger, problem);
        return FeedJson.Write(new FeedAck(update.Sequence, problem));
    }

    private async Task SendAsync(NetworkStream stream, SemaphoreSlim writing, CancellationToken cancellation)
    {
        var chunk = new byte[ChunkLength];
        var lost = new byte[8];
        long told = 0;
        try
        {
            while (true)
            {
                var length = outbox.Peek(chunk);
                await writing.WaitAsync(cancellation);
                try
                {
                    await stream.WriteAsync(chunk.AsMemory(0, length), cancellation);
                    if (outbox.Lost is var now && now != told)
                    {
                        BinaryPrimitives.WriteInt64LittleEndian(lost, told = now);
                        await FeedFrame.WriteAsync(stream, FrameKind.Lost, lost, cancellation);
                    }
                }
                finally
                {
                    writing.Release();
                }

                // Only now: what an agent did not get whole, the next one gets.
                outbox.Advance(length);
                if (length >= ExchangeOutbox.LongestFrame) continue; // perhaps there is more
                await outbox.WaitAsync(cancellation);
                await Task.Delay(s_gathering, cancellation);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The reader ends as well.
        }
    }

    private static byte[] Bytes(FeedHello hello) => FeedJson.Write(hello);

    private static partial class Log
    {
        [LoggerMessage(7001, LogLevel.Information, "An agent is here")]
        public static partial void AgentCame(ILogger logger);

        [LoggerMessage(7002, LogLevel.Error, "The agent speaks versions {Oldest} to {Newest} of proxy.sock, this proxy {OurOldest} to {OurNewest}: update the older one. The last policy stays in force")]
        public static partial void NoCommonVersion(ILogger logger, int oldest, int newest, int ourOldest, int ourNewest);

        [LoggerMessage(7003, LogLevel.Error, "The agent's connection is closed; the last policy stays in force. {Reason}")]
        public static partial void NotUnderstood(ILogger logger, string reason);

        [LoggerMessage(7004, LogLevel.Error, "What the agent told is not wholly in force; what is not allowed stays blocked. {Reason}")]
        public static partial void NotInForce(ILogger logger, string reason);
    }
}
