namespace Weir.Lab.Api;

/// <summary>Times as documents hold them: UTC, whole seconds.</summary>
internal static class Timestamps
{
    /// <summary>Writes a time, such as <c>2026-01-31T09:05:00Z</c>.</summary>
    public static string Text(DateTimeOffset when) => when.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Reads a time; null when the text is none.</summary>
    public static DateTimeOffset? Read(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var when) ? when : null;
}
