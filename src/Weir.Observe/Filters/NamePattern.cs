using System.Text.RegularExpressions;

namespace Weir.Observe.Filters;

/// <summary>How Hubble's filters name pods, services, nodes and DNS names.</summary>
internal static class NamePattern
{
    /// <summary>
    /// A pod or service filter: <c>ns/prefix</c>, <c>ns/</c> (the whole namespace), <c>prefix</c> (in the namespace
    /// <c>default</c>), <c>/prefix</c> (in any namespace).
    /// </summary>
    public static Func<string, string, bool> OfPod(string pattern)
    {
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        var ns = slash < 0 ? "default" : pattern[..slash];
        var prefix = slash < 0 ? pattern : pattern[(slash + 1)..];
        if (ns.Length == 0) return (_, name) => name.Length > 0 && name.StartsWith(prefix, StringComparison.Ordinal);
        return (n, name) => n == ns && name.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>A DNS name where <c>*</c> stands for any run of characters; case and the last dot do not count.</summary>
    public static Func<string, bool> OfName(string pattern)
    {
        var regex = new Regex(
            "^" + Regex.Escape(pattern.TrimEnd('.')).Replace("\\*", "[-a-zA-Z0-9_.]*", StringComparison.Ordinal) + "$",
            RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return name => regex.IsMatch(name.TrimEnd('.'));
    }

    /// <summary>A regular expression of the user's, in linear time.</summary>
    /// <exception cref="FilterException">It is no regular expression, or uses what cannot be matched in linear time.</exception>
    public static Func<string, bool> OfRegex(string field, string pattern)
    {
        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return regex.IsMatch;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FilterException($"{field}: '{pattern}' is no regular expression that can be matched in linear time: {e.Message}");
        }
    }
}
