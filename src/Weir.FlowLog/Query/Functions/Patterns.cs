using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Regular expressions of queries: linear in the text, as RE2's are, and compiled once.</summary>
internal static class Patterns
{
    private const int MostKept = 256;
    private static readonly ConcurrentDictionary<(string, RegexOptions), Regex> _kept = new();

    /// <summary>The expression.</summary>
    /// <exception cref="QueryFailedException">It is none, or needs what a linear matcher does not have (look-around, back references).</exception>
    public static Regex Of(string pattern, RegexOptions options = RegexOptions.None)
    {
        if (_kept.TryGetValue((pattern, options), out var known)) return known;
        try
        {
            var regex = new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            if (_kept.Count < MostKept) _kept.TryAdd((pattern, options), regex);
            return regex;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new QueryFailedException($"'{pattern}' is not a regular expression that can be used here: {e.Message}", e);
        }
    }
}
