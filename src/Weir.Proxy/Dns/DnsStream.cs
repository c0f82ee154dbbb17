using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Weir.Protocols.Dns;
using Weir.Proxy.Policies;

namespace Weir.Proxy.Dns;

/// <summary>DNS over TCP (RFC 7766): many questions on one connection, answered in any order; one connection onwards for each.</summary>
internal sealed class DnsStream(DnsGate gate, PolicyStore policies, DnsCounters counters, TimeProvider time)
{
    private const int MostWaiting = 128;
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    /// <summary>Serves one connection to its end, and closes it.</summary>
    /// <param name="client">What the client says and hears.</param>
    /// <param name="from">Who the client is.</param>
    /// <param name="to">Where it wanted to go.</param>
    /// <param name="connect">Connects there in the client's name.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ServeAsync(Stream client, IPEndPoint from, IPEndPoint to, Func<CancellationToken, ValueTask<Stream>> connect, CancellationToken cancellation)
    {
        using var idle = new CancellationTokenSource(s_idle, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, idle.Token);
        var session = new Session(this, client, from, to, connect, idle);
        try
        {
            await session.RunAsync(stop.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // Either side is gone, or nothing was said for long.
        }
        finally
        {
            session.Dispose();
        }
    }

    /// <summary>Reads a length and a message into a rented buffer; null at the end.</summary>
    private static async Task<(byte[] Buffer, int Length)?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(2048);
        try
        {
            if (await stream.ReadAtLeastAsync(buffer.AsMemory(0, 2), 2, throwOnEndOfStream: false, cancellation) < 2) return Nothing();
            var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            if (length + 2 > buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(length + 2);
                BinaryPrimitives.WriteUInt16BigEndian(buffer, length);
            }

            return await stream.ReadAtLeastAsync(buffer.AsMemory(2, length), length, throwOnEndOfStream: false, cancellation) < length ? Nothing() : (buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        (byte[] Buffer, int Length)? Nothing()
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return null;
        }
    }

    private sealed class Session(
        DnsStream owner, Stream client, IPEndPoint from, IPEndPoint to, Func<CancellationToken, ValueTask<Stream>> connect, CancellationTokenSource idle) : IDisposable
    {
        private readonly SemaphoreSlim _writing = new(1, 1);
        private readonly Dictionary<ushort, AskedQuestion> _waiting = [];
        private readonly byte[] _reply = new byte[2 + 512];
        private Stream? _server;
        private Task _answers = Task.CompletedTask;

        public async Task RunAsync(CancellationToken cancellation)
        {
            try
            {
                while (await ReadAsync(client, cancellation) is var (buffer, length))
                {
                    idle.CancelAfter(s_idle);
                    try
                    {
                        if (!await AskAsync(buffer, length, cancellation)) return;
                    }
                    finally
                    {
                        ArrayPool<byte>.Shared.Return(buffer);
                    }
                }

                // The client has closed its half; what it still waits for it gets.
                while (HasWaiting() && !_answers.IsCompleted) await Task.WhenAny(_answers, Task.Delay(20, cancellation));
            }
            finally
            {
                _server?.Close();
                await _answers;
            }
        }

        public void Dispose()
        {
            client.Dispose();
            _server?.Dispose();
            _writing.Dispose();
        }

        private bool HasWaiting()
        {
            lock (_waiting) return _waiting.Count > 0;
        }

        private async Task<bool> AskAsync(byte[] buffer, int length, CancellationToken cancellation)
        {
            var asked = new AskedQuestion();
            var step = owner.Judge(from, to, buffer.AsSpan(2, length), _reply.AsSpan(2), out var replyLength, asked);
            if (step == DnsStep.Drop) return false; // what is no DNS ends the connection
            if (step == DnsStep.Reply)
            {
                BinaryPrimitives.WriteUInt16BigEndian(_reply, (ushort)replyLength);
                await WriteAsync(_reply.AsMemory(0, replyLength + 2), cancellation);
                return true;
            }

            lock (_waiting)
            {
                if (_waiting.Count >= MostWaiting) return false;
                _waiting[BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2))] = asked;
            }

            if (_server is null || _answers.IsCompleted)
            {
                // The first question, or the server has closed meanwhile.
                _server?.Dispose();
                _server = await connect(cancellation);
                _answers = AnswerAsync(_server, cancellation);
            }

            await _server.WriteAsync(buffer.AsMemory(0, length + 2), cancellation);
            return true;
        }

        private async Task AnswerAsync(Stream server, CancellationToken cancellation)
        {
            try
            {
                while (await ReadAsync(server, cancellation) is var (buffer, length))
                {
                    try
                    {
                        idle.CancelAfter(s_idle);
                        if (Take(buffer.AsSpan(2, length)) == DnsStep.Pass) await WriteAsync(buffer.AsMemory(0, length + 2), cancellation);
                    }
                    finally
                    {
                        ArrayPool<byte>.Shared.Return(buffer);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
            {
                // The next question opens another connection.
            }
        }

        private DnsStep Take(ReadOnlySpan<byte> answer)
        {
            AskedQuestion? asked = null;
            var id = answer.Length < DnsHeader.Length ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(answer);
            lock (_waiting) _waiting.TryGetValue(id, out asked);
            if (asked is null)
            {
                owner.CountUnasked();
                return DnsStep.Drop;
            }

            var step = owner.Judge(from, to, asked, answer);
            if (step != DnsStep.Pass) return step;
            lock (_waiting)
            {
                if (_waiting.GetValueOrDefault(id) == asked) _waiting.Remove(id);
            }

            return step;
        }

        private async Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
        {
            await _writing.WaitAsync(cancellation);
            try
            {
                await client.WriteAsync(message, cancellation);
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    private DnsStep Judge(IPEndPoint from, IPEndPoint to, Span<byte> query, Span<byte> reply, out int length, AskedQuestion asked) =>
        gate.JudgeQuery(Sides(from, to), query, reply, out length, asked);

    private DnsStep Judge(IPEndPoint from, IPEndPoint to, AskedQuestion asked, ReadOnlySpan<byte> answer) => gate.JudgeAnswer(Sides(from, to), asked, answer);

    private void CountUnasked() => counters.CountUnasked();

    /// <summary>Asked anew for each message: the endpoint may have gone, or come, since the connection was opened.</summary>
    private Exchanges.ExchangeEnds[] Sides(IPEndPoint from, IPEndPoint to) => [.. RedirectedConnection.SidesOf(policies.Current, Model.IpProtocol.Tcp, from, to)];
}
