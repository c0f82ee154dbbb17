using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weir.Hub.Ui.Flows;

/// <summary>JSON that is written piece by piece into memory that is kept for the next time.</summary>
internal sealed class RowBuffer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    /// <summary>Makes an empty one.</summary>
    public RowBuffer() => Json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Writes into it.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>What was written, with a newline behind.</summary>
    public ReadOnlyMemory<byte> Line()
    {
        Json.Flush();
        _bytes.Write("\n"u8);
        return _bytes.WrittenMemory;
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        Json.Reset();
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
