using System.IO.Pipelines;

namespace Weir.Lab.Api.Streams.Spdy;

/// <summary>A stream that the client opened in a SPDY connection: bytes both ways, each way ended apart.</summary>
internal sealed class SpdyStream
{
    private const int PauseAtBytes = 256 * 1024;
    private readonly SpdyConnection _connection;
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: PauseAtBytes, resumeWriterThreshold: PauseAtBytes / 2));
    private bool _isFinished;

    internal SpdyStream(SpdyConnection connection, int id, IReadOnlyDictionary<string, string> headers)
    {
        (_connection, Id, Headers) = (connection, id, headers);
        Input = _input.Reader.AsStream();
    }

    /// <summary>Odd, for the client opened it.</summary>
    public int Id { get; }

    /// <summary>What it was opened with; names in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>What the client sends.</summary>
    public Stream Input { get; }

    /// <summary>A header; empty when it is not there.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name) ?? "";

    /// <summary>Sends bytes.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _connection.SendDataAsync(Id, bytes, isLast: false);

    /// <summary>Says that no more will be sent.</summary>
    public ValueTask FinishAsync()
    {
        if (_isFinished) return ValueTask.CompletedTask;
        _isFinished = true;
        return _connection.SendDataAsync(Id, ReadOnlyMemory<byte>.Empty, isLast: true);
    }

    /// <summary>Takes what the client sent; ends when there is room for more.</summary>
    internal async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes) => await _input.Writer.WriteAsync(bytes);

    /// <summary>The client sends no more.</summary>
    internal void End() => _input.Writer.Complete();
}
