using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Policy.Reading;

/// <summary>Regular expressions of linear time, in the syntax that policies are written in (RE2's, which has no look-around and no back-references).</summary>
public static class LinearPattern
{
    private static readonly TimeSpan Never = Regex.InfiniteMatchTimeout;

    /// <summary>What is wrong with a pattern; null where it can be used.</summary>
    public static string? Check(string pattern)
    {
        try
        {
            Compile(pattern);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return e.Message;
        }
    }

    /// <summary>A matcher that demands that the whole value fits.</summary>
    /// <exception cref="ArgumentException">The pattern is malformed.</exception>
    /// <exception cref="NotSupportedException">The pattern cannot be matched in linear time.</exception>
    public static Regex Compile(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new Regex($@"\A(?:{Translate(pattern)})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Never);
    }

    // RE2 and .NET differ in a few spellings: named groups, the end of the text, and POSIX classes.
    private static string Translate(string pattern)
    {
        if (pattern.IndexOf("(?P<", StringComparison.Ordinal) < 0 && pattern.IndexOf("[[:", StringComparison.Ordinal) < 0 &&
            pattern.IndexOf('\\', StringComparison.Ordinal) < 0)
        {
            return pattern;
        }

        var text = new StringBuilder(pattern);
        text.Replace("(?P<", "(?<").Replace("[:alpha:]", "a-zA-Z").Replace("[:digit:]", "0-9").Replace("[:alnum:]", "a-zA-Z0-9")
            .Replace("[:lower:]", "a-z").Replace("[:upper:]", "A-Z").Replace("[:space:]", @"\s").Replace("[:xdigit:]", "0-9a-fA-F")
            .Replace("[:word:]", @"\w");
        return text.ToString();
    }
}
