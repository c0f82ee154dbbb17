namespace Weir.Lab.Api.Tables;

/// <summary>Writes durations as command lines show ages: two units at most, coarser the longer it is.</summary>
internal static class HumanDuration
{
    /// <summary>Such as <c>25s</c>, <c>3m10s</c>, <c>5h2m</c>, <c>4d</c>.</summary>
    public static string Text(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds <= 0) return "0s";
        if (seconds < 120) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return Two(minutes, "m", seconds % 60, "s");
        if (minutes < 180) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return Two(hours, "h", minutes % 60, "m");
        if (hours < 48) return $"{hours}h";
        var days = hours / 24;
        if (hours < 192) return Two(days, "d", hours % 24, "h");
        if (days < 365 * 2) return $"{days}d";
        return days < 365 * 8 ? Two(days / 365, "y", days % 365, "d") : $"{days / 365}y";
    }

    private static string Two(long big, string bigUnit, long small, string smallUnit) =>
        small == 0 ? $"{big}{bigUnit}" : $"{big}{bigUnit}{small}{smallUnit}";
}
