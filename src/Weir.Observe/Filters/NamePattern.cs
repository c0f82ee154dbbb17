using System.Text.RegularExpressions;

namespace Weir.Observe.Filters;

/// <summary>How Hubble's filters name pods, services, nodes and DNS names.</summary>
internal static class NamePattern
{
    private static readonly System.Buffers.SearchValues<char> _allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*");

    /// <summary>
    /// A pod or service filter: <c>ns/prefix</c>, <c>ns/</c> (the whole namespace), <c>prefix</c> (in the namespace
    /// <c>default</c>), <c>/prefix</c> (in any namespace).
    /// </summary>
    /// <exception cref="FilterException">It is empty.</exception>
    public static Func<string, string, bool> OfPod(string pattern)
    {
        if (pattern.Length == 0) throw new FilterException("a name of a pod or service is empty; write namespace/prefix, or namespace/ for all of it.");
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        var ns = slash < 0 ? "default" : pattern[..slash];
        var prefix = slash < 0 ? pattern : pattern[(slash + 1)..];
        if (ns.Length == 0) return (n, name) => n.Length + name.Length > 0 && name.StartsWith(prefix, StringComparison.Ordinal);
        return (n, name) => n == ns && name.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>A node: <c>name</c> in any cluster, or <c>cluster/name</c>; <c>*</c> stands for any run of characters.</summary>
    /// <exception cref="FilterException">It has more than one slash, or a character that no name has.</exception>
    public static Func<string, bool> OfNode(string pattern)
    {
        var parts = pattern.Split('/');
        if (parts.Length > 2) throw new FilterException($"node_name: '{pattern}' has too many slashes; write name or cluster/name.");
        var name = parts[^1].Length == 0 ? _ => true : OfName(parts[^1]);
        var cluster = parts.Length == 1 || parts[0].Length == 0 ? _ => true : OfName(parts[0]);
        return node =>
        {
            var slash = node.IndexOf('/', StringComparison.Ordinal);
            return slash < 0 ? cluster("default") && name(node) : cluster(node[..slash]) && name(node[(slash + 1)..]);
        };
    }

    /// <summary>A DNS name where <c>*</c> stands for any run of characters; case and the last dot do not count.</summary>
    /// <exception cref="FilterException">It is empty, or has a character that no name has.</exception>
    public static Func<string, bool> OfName(string pattern)
    {
        pattern = pattern.Trim();
        if (pattern.TrimEnd('.').Length == 0 || pattern.AsSpan().IndexOfAnyExcept(_allowed) >= 0)
            throw new FilterException($"'{pattern}' is no pattern of a name; write letters, digits, '-', '_', '.', and '*' for any run of them.");
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
