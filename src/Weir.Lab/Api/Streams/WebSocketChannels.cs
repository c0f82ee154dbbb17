using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Weir.Lab.Api.Streams;

/// <summary>
/// Channels in the messages of a WebSocket: <c>v4.channel.k8s.io</c> and <c>v5.channel.k8s.io</c>. The first byte of a binary message is
/// the channel: 0 stdin, 1 stdout, 2 stderr, 3 status, 4 resize, and since v5 255 close, whose second byte is the channel that ends.
/// </summary>
internal sealed class WebSocketChannels : IRemoteChannels
{
    /// <summary>The protocols, best first.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    private const byte Stdin = 0, Stdout = 1, Stderr = 2, Status = 3, Resize = 4, CloseChannel = 255;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private readonly WebSocket _socket;
    private readonly Pipe _input = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Task _reading;

    /// <summary>Takes an accepted WebSocket.</summary>
    public WebSocketChannels(WebSocket socket)
    {
        (_socket, Input, Gone) = (socket, _input.Reader.AsStream(), _gone.Token);
        _reading = ReadAsync();
    }

    public Stream Input { get; }

    public CancellationToken Gone { get; }

    public WindowSize Window { get; } = new();

    public ValueTask WriteAsync(bool isError, ReadOnlyMemory<byte> bytes) => SendAsync(isError ? Stderr : Stdout, bytes);

    public async ValueTask FinishAsync(JsonObject status)
    {
        await SendAsync(Status, Encoding.UTF8.GetBytes(status.ToJsonString(ApiJson.Options)));
        await _sending.WaitAsync();
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
        catch (WebSocketException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A client that never answers a close is not waited for.
        await Task.WhenAny(_reading, Task.Delay(s_patience));
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _gone.Dispose();
        _sending.Dispose();
    }

    private async ValueTask SendAsync(byte channel, ReadOnlyMemory<byte> bytes)
    {
        var message = ArrayPool<byte>.Shared.Rent(bytes.Length + 1);
        message[0] = channel;
        bytes.CopyTo(message.AsMemory(1));
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message.AsMemory(0, bytes.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            _sending.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await ReadMessagesAsync();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client went away without a word.
        }
        finally
        {
            await _input.Writer.CompleteAsync();
            await _gone.CancelAsync();
        }
    }

    private async Task ReadMessagesAsync()
    {
        var buffer = new byte[32 * 1024];
        int channel = -1;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close) return;
            var part = buffer.AsMemory(0, received.Count);
            if (channel < 0 && part.Length > 0)
            {
                channel = part.Span[0];
                part = part[1..];
            }

            if (channel == Stdin && part.Length > 0) await _input.Writer.WriteAsync(part);
            else if (channel == Resize && part.Length > 0) Window.Take(part.Span);
            else if (channel == CloseChannel && part.Length > 0 && part.Span[0] == Stdin) await _input.Writer.CompleteAsync();
            if (received.EndOfMessage) channel = -1;
        }
    }
}
