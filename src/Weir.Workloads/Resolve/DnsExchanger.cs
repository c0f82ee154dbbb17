using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Weir.Protocols.Dns;
using Weir.Workloads.Network;

namespace Weir.Workloads.Resolve;

/// <summary>Sends questions to the name servers and pairs the answers, with musl's timing.</summary>
/// <remarks>All questions go to all servers at once, again after timeout / attempts; the first usable answer to each wins.</remarks>
internal sealed class DnsExchanger(INetwork network, ResolverConfiguration configuration, TimeProvider time)
{
    private const int Port = 53;

    /// <summary>Asks.</summary>
    /// <returns>One message a question, in order; null where nobody answered in time.</returns>
    public async Task<byte[]?[]> AskAsync(IReadOnlyList<(string Name, DnsType Type)> questions, CancellationToken cancellation)
    {
        var messages = new byte[questions.Count][];
        var answers = new byte[]?[questions.Count];
        for (var i = 0; i < questions.Count; i++)
        {
            if (Encode(questions[i]) is not { } message) return answers; // DNS cannot carry the name
            messages[i] = message;
        }

        using var socket = network.OpenUdp(0);
        using var whole = new CancellationTokenSource(configuration.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(whole.Token, cancellation);
        var resending = ResendAsync(socket, messages, answers, stop.Token);
        try
        {
            await CollectAsync(socket, messages, answers, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time is up: what has no answer stays null.
        }
        finally
        {
            await stop.CancelAsync();
            await resending;
        }

        return answers;
    }

    private static byte[]? Encode((string Name, DnsType Type) question)
    {
        Span<byte> buffer = stackalloc byte[512];
        var writer = new DnsWriter(buffer, (ushort)Random.Shared.Next(1 << 16), DnsHeader.RecursionDesired);
        return writer.Question(question.Name.ToLowerInvariant(), question.Type) == DnsFault.None ? buffer[..writer.Finish()].ToArray() : null;
    }

    private static int IndexOf(byte[][] messages, ReadOnlySpan<byte> answer)
    {
        if (DnsHeader.Read(answer, out var header) != DnsFault.None || !header.IsResponse) return -1;
        for (var i = 0; i < messages.Length; i++)
        {
            // The same id and the same question, letter for letter.
            var question = messages[i].AsSpan(DnsHeader.Length);
            if (BinaryPrimitives.ReadUInt16BigEndian(messages[i]) == header.Id && answer[DnsHeader.Length..].StartsWith(question)) return i;
        }

        return -1;
    }

    private async Task ResendAsync(IUdpSocket socket, byte[][] messages, byte[]?[] answers, CancellationToken cancellation)
    {
        try
        {
            for (var attempt = 0; attempt < configuration.Attempts; attempt++)
            {
                for (var i = 0; i < messages.Length; i++)
                    if (answers[i] is null) await SendToAllAsync(socket, messages[i], cancellation);
                await Task.Delay(configuration.Timeout / configuration.Attempts, time, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The answers are there, or time is up.
        }
    }

    private async Task SendToAllAsync(IUdpSocket socket, byte[] message, CancellationToken cancellation)
    {
        foreach (var server in configuration.Servers)
        {
            try
            {
                await socket.SendAsync(message, new IPEndPoint(server, Port), cancellation);
            }
            catch (SocketException)
            {
                // No way to this server; another may answer, and silence is reported as such.
            }
        }
    }

    private async Task CollectAsync(IUdpSocket socket, byte[][] messages, byte[]?[] answers, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (answers.Any(a => a is null))
        {
            int length;
            IPEndPoint remote;
            try
            {
                (length, remote) = await socket.ReceiveAsync(buffer, cancellation);
            }
            catch (SocketException)
            {
                continue; // an ICMP error about an earlier question
            }

            var i = IndexOf(messages, buffer.AsSpan(0, length));
            if (i < 0 || answers[i] is not null || !configuration.Servers.Contains(remote.Address)) continue;
            DnsHeader.Read(buffer, out var header);
            answers[i] = header.IsCut
                ? await OverTcpAsync(messages[i], remote, cancellation) ?? buffer[..length]
                : buffer[..length];
        }
    }

    private async Task<byte[]?> OverTcpAsync(byte[] question, IPEndPoint server, CancellationToken cancellation)
    {
        try
        {
            await using var stream = await network.ConnectTcpAsync(server, cancellation);
            return await DnsStream.ExchangeAsync(stream, question, cancellation);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null; // the cut answer is better than none
        }
    }
}
