using System.Text;

namespace Weir.Hub.Ui.Filters;

/// <summary>A pattern with <c>*</c> for any run of characters, over UTF-8. Matches in time linear in the text for one star, and never allocates.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="ignoreCase">Whether ASCII letters match in either case.</param>
internal sealed class Glob(string pattern, bool ignoreCase = false)
{
    private readonly byte[] _pattern = Encoding.UTF8.GetBytes(ignoreCase ? pattern.ToLowerInvariant() : pattern);

    /// <summary>Whether the whole text matches.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> wanted = _pattern;
        var (at, next, star, mark) = (0, 0, -1, 0);
        while (at < text.Length)
        {
            if (next < wanted.Length && wanted[next] == (byte)'*')
            {
                (star, mark) = (next++, at);
            }
            else if (next < wanted.Length && wanted[next] == Lower(text[at]))
            {
                next++;
                at++;
            }
            else if (star >= 0)
            {
                // The last star takes one more; earlier ones need not be tried again.
                next = star + 1;
                at = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (next < wanted.Length && wanted[next] == (byte)'*') next++;
        return next == wanted.Length;
    }

    private byte Lower(byte b) => ignoreCase && b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
}
