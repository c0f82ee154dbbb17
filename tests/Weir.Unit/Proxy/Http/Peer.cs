using System.Net.Sockets;
using System.Text;

namespace Weir.Unit.Proxy.Http;

/// <summary>One end of a TCP connection, in the hands of a test: says and expects text.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    private readonly StringBuilder _heard = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));

    public Socket Socket { get; } = socket;

    public async Task SayAsync(string text) => await Socket.SendAsync(Encoding.Latin1.GetBytes(text), _patience.Token);

    /// <summary>Waits for exactly this text as what comes next.</summary>
    public async Task HearAsync(string expected)
    {
        while (_heard.Length < expected.Length && await ReadAsync())
        {
        }

        var got = Take(Math.Min(_heard.Length, expected.Length));
        Xunit.Assert.Equal(expected, got);
    }

    /// <summary>What comes until and with a text.</summary>
    public async Task<string> HearUntilAsync(string end)
    {
        while (true)
        {
            var at = _heard.ToString().IndexOf(end, StringComparison.Ordinal);
            if (at >= 0) return Take(at + end.Length);
            if (!await ReadAsync()) throw new IOException($"The connection ended after '{_heard}', before '{end}'.");
        }
    }

    /// <summary>What comes until the other side ends.</summary>
    public async Task<string> HearToEndAsync()
    {
        while (await ReadAsync())
        {
        }

        return Take(_heard.Length);
    }

    public void EndWrites() => Socket.Shutdown(SocketShutdown.Send);

    public void Dispose()
    {
        Socket.Dispose();
        _patience.Dispose();
    }

    private string Take(int count)
    {
        var text = _heard.ToString(0, count);
        _heard.Remove(0, count);
        return text;
    }

    private async Task<bool> ReadAsync()
    {
        var count = await Socket.ReceiveAsync(_buffer, SocketFlags.None, _patience.Token);
        _heard.Append(Encoding.Latin1.GetString(_buffer, 0, count));
        return count > 0;
    }
}
