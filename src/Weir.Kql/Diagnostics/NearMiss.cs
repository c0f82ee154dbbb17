namespace Weir.Kql.Diagnostics;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearMiss
{
    private const int LongestName = 64;

    /// <summary>"did you mean 'X'?" for the nearest name within a third of its length, or null.</summary>
    public static string? Hint(string wrong, IEnumerable<string> names)
    {
        if (wrong.Length is 0 or > LongestName) return null;
        string? best = null;
        var bestDistance = Math.Max(1, wrong.Length / 3) + 1;
        foreach (var name in names)
        {
            if (name.Length > LongestName || Math.Abs(name.Length - wrong.Length) >= bestDistance) continue;
            var distance = string.Equals(name, wrong, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(wrong, name);
            if (distance < bestDistance) (best, bestDistance) = (name, distance);
        }

        return best is null ? null : $"did you mean '{best}'?";
    }

    private static int Distance(string a, string b)
    {
        Span<int> previous = stackalloc int[LongestName + 1];
        Span<int> current = stackalloc int[LongestName + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
            }

            current.CopyTo(previous);
        }

        return previous[b.Length];
    }
}
