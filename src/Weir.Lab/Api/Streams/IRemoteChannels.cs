using System.Text.Json.Nodes;

namespace Weir.Lab.Api.Streams;

/// <summary>A client's streams of one exec or attach, whatever carries them. Dispose ends the connection.</summary>
internal interface IRemoteChannels : IAsyncDisposable
{
    /// <summary>What the client types; ends when it says so or goes away.</summary>
    Stream Input { get; }

    /// <summary>Cancelled when the client is gone.</summary>
    CancellationToken Gone { get; }

    /// <summary>The client's window.</summary>
    WindowSize Window { get; }

    /// <summary>Sends output.</summary>
    /// <param name="isError">Standard error.</param>
    /// <param name="bytes">The output.</param>
    /// <exception cref="IOException">The client is gone.</exception>
    ValueTask WriteAsync(bool isError, ReadOnlyMemory<byte> bytes);

    /// <summary>Says how it went, and that nothing follows.</summary>
    ValueTask FinishAsync(JsonObject status);
}
