using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Weir.Hub.Ui.Flows;

/// <summary>Times as the web UI sends and takes them: ISO 8601, UTC.</summary>
internal static class FlowTime
{
    /// <summary>The time of so many nanoseconds since 1970.</summary>
    public static DateTime Of(long nanoseconds) => DateTime.UnixEpoch.AddTicks(nanoseconds / 100);

    /// <summary>Nanoseconds since 1970.</summary>
    public static long Nanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    /// <summary>Writes a time with seven digits behind the second, without an allocation.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, long nanoseconds)
    {
        Span<byte> text = stackalloc byte[28];
        Utf8Formatter.TryFormat(Of(nanoseconds), text, out var length, new StandardFormat('O'));
        json.WriteString(name, text[..length]);
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="UiProblem">It is none.</exception>
    public static DateTimeOffset? Read(string name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new UiProblem($"'{name}' is '{text}', which is no time; write it as 2026-03-01T10:00:00Z.");
    }
}
