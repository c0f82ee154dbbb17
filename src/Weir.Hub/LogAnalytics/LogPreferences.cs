using System.Globalization;

namespace Weir.Hub.LogAnalytics;

/// <summary>The header <c>Prefer</c>: how long to wait, and what to tell besides.</summary>
/// <param name="Wait">How long; null for the usual.</param>
/// <param name="Statistics">Whether to tell what the query used.</param>
/// <param name="Render">Whether to tell how it wants to be drawn.</param>
internal sealed record LogPreferences(TimeSpan? Wait, bool Statistics, bool Render)
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _usual = TimeSpan.FromMinutes(3);

    /// <summary>How long the query may run.</summary>
    public TimeSpan Time => Wait is { } wait ? (wait < _longest ? wait : _longest) : _usual;

    /// <summary>Reads the header; what it does not know it passes over, as RFC 7240 asks.</summary>
    public static LogPreferences Parse(string header)
    {
        var parts = header.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2).ToList();
        return new LogPreferences(
            parts.Find(p => p[0].Equals("wait", StringComparison.OrdinalIgnoreCase)) is [_, var seconds] && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var wait) && wait > 0 ? TimeSpan.FromSeconds(wait) : null,
            Has("include-statistics"),
            Has("include-render"));

        bool Has(string name) => parts.Exists(p => p[0].Equals(name, StringComparison.OrdinalIgnoreCase) && p[1].Equals("true", StringComparison.OrdinalIgnoreCase));
    }
}
