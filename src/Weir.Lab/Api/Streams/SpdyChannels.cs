using System.Text;
using System.Text.Json.Nodes;
using Weir.Lab.Api.Streams.Spdy;

namespace Weir.Lab.Api.Streams;

/// <summary>Channels as streams of SPDY/3.1: each names itself by its header <c>streamtype</c>.</summary>
internal sealed class SpdyChannels : IRemoteChannels
{
    /// <summary>The protocols: the fourth tells the exit code as JSON.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["v4.channel.k8s.io"];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly SpdyConnection _connection;
    private readonly IReadOnlyDictionary<string, SpdyStream> _streams;
    private readonly Task _resizing;

    private SpdyChannels(SpdyConnection connection, IReadOnlyDictionary<string, SpdyStream> streams)
    {
        (_connection, _streams) = (connection, streams);
        _resizing = streams.TryGetValue("resize", out var sizes) ? ResizeAsync(sizes) : Task.CompletedTask;
    }

    public Stream Input => _streams.GetValueOrDefault("stdin")?.Input ?? Stream.Null;

    public CancellationToken Gone => _connection.Gone;

    public WindowSize Window { get; } = new();

    /// <summary>Waits until the client has opened every stream that it asked for; null when it does not.</summary>
    public static async Task<IRemoteChannels?> AcceptAsync(Stream transport, StreamChoice choice, CancellationToken cancellation)
    {
        var connection = new SpdyConnection(transport);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        var wanted = 1 + (choice.Input ? 1 : 0) + (choice.Output ? 1 : 0) + (choice.Error ? 1 : 0) + (choice.Tty ? 1 : 0);
        var streams = new Dictionary<string, SpdyStream>(StringComparer.Ordinal);
        try
        {
            while (streams.Count < wanted && await connection.Accepted.WaitToReadAsync(patience.Token))
            {
                while (connection.Accepted.TryRead(out var stream)) streams[stream.Header("streamtype")] = stream;
            }
        }
        catch (OperationCanceledException)
        {
            // Too slow, or gone.
        }

        if (streams.Count >= wanted && streams.ContainsKey("error")) return new SpdyChannels(connection, streams);
        await connection.DisposeAsync();
        return null;
    }

    public ValueTask WriteAsync(bool isError, ReadOnlyMemory<byte> bytes) =>
        _streams.TryGetValue(isError ? "stderr" : "stdout", out var stream) ? stream.WriteAsync(bytes) : ValueTask.CompletedTask;

    public async ValueTask FinishAsync(JsonObject status)
    {
        await _streams["error"].WriteAsync(Encoding.UTF8.GetBytes(status.ToJsonString(ApiJson.Options)));
        foreach (var stream in _streams.Values) await stream.FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _resizing;
    }

    private async Task ResizeAsync(SpdyStream sizes)
    {
        // One JSON object after another, each on a line.
        using var reader = new StreamReader(sizes.Input);
        while (await reader.ReadLineAsync() is { } line)
        {
            Window.Take(Encoding.UTF8.GetBytes(line));
        }
    }
}
