using System.Text.Json;

namespace Weir.Lab.Api.Streams;

/// <summary>The size of a client's window, from the text that tells it: <c>{"Width":80,"Height":24}</c>.</summary>
internal sealed class WindowSize
{
    private readonly Lock _lock = new();
    private (int Columns, int Rows)? _last;
    private Action<int, int>? _changed;

    /// <summary>Told of each size, columns and rows; at once of one that came before.</summary>
    public Action<int, int>? Changed
    {
        set
        {
            lock (_lock)
            {
                _changed = value;
                if (_last is var (columns, rows)) value?.Invoke(columns, rows);
            }
        }
    }

    /// <summary>Takes a size; what is none changes nothing.</summary>
    public void Take(ReadOnlySpan<byte> json)
    {
        if (Read(json) is not var (columns, rows)) return;
        lock (_lock)
        {
            _last = (columns, rows);
            _changed?.Invoke(columns, rows);
        }
    }

    private static (int Columns, int Rows)? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var (columns, rows) = (document.RootElement.GetProperty("Width").GetInt32(), document.RootElement.GetProperty("Height").GetInt32());
            return columns is > 0 and <= ushort.MaxValue && rows is > 0 and <= ushort.MaxValue ? (columns, rows) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
