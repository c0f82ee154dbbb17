using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Policy.Reading;

/// <summary>Regular expressions of linear time, in the syntax that policies are written in (RE2's, which has no look-around and no back-references).</summary>
public static class LinearPattern
{
    /// <summary>The most steps that a pattern may unfold to, its repetitions counted out.</summary>
    private const long MaxSize = 10_000;

    private const int MaxRepeat = 1000;

    // Building an automaton costs a tenth of a millisecond, and the same few patterns stand in many policies. Bounded: 1 MB at most.
    private const int MostRemembered = 2048;
    private const int LongestRemembered = 256;
    private static readonly ConcurrentDictionary<string, bool> Sound = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["alpha"] = "a-zA-Z", ["digit"] = "0-9", ["alnum"] = "a-zA-Z0-9", ["lower"] = "a-z", ["upper"] = "A-Z", ["xdigit"] = "0-9a-fA-F",
        ["word"] = "0-9A-Za-z_", ["space"] = @"\t\n\v\f\r ", ["blank"] = @"\t ", ["punct"] = @"!-/:-@\[-`{-~", ["print"] = " -~", ["graph"] = "!-~",
        ["cntrl"] = @"\x00-\x1f\x7f", ["ascii"] = @"\x00-\x7f",
    };

    /// <summary>What is wrong with a pattern; null where it can be used.</summary>
    public static string? Check(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (Sound.ContainsKey(pattern)) return null;
        try
        {
            Compile(pattern);
            if (pattern.Length <= LongestRemembered && Sound.Count < MostRemembered) Sound.TryAdd(pattern, true);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return e.Message;
        }
    }

    /// <summary>A matcher that demands that the whole value fits.</summary>
    /// <exception cref="ArgumentException">The pattern is malformed.</exception>
    /// <exception cref="NotSupportedException">The pattern cannot be matched in linear time, or is too large.</exception>
    public static Regex Compile(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new Regex($@"\A(?:{Translate(pattern)})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
    }

    // RE2 and .NET differ in a few spellings: \d, \w and \s are ASCII in RE2; \pN, \x{..}, \Q..\E, (?P<name> and [:alpha:] are not .NET's.
    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var sizes = new Stack<long>();
        long size = 0, last = 0;
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            var before = text.Length;
            if (c == '\\')
            {
                i = Escape(pattern, i, inClass, text);
            }
            else if (inClass)
            {
                if (c == '[' && pattern.IndexOf(":]", i, StringComparison.Ordinal) is var end && end > i + 1 && pattern[i + 1] == ':' && Classes.TryGetValue(pattern[(i + 2)..end], out var set))
                {
                    text.Append(set);
                    i = end + 1;
                }
                else
                {
                    inClass = c != ']' || text[^1] == '[' || (text[^1] == '^' && text[^2] == '[');
                    text.Append(c == '[' ? @"\[" : c.ToString());
                }

                continue;
            }
            else if (c == '{' && Repeat(pattern, i) is { } repeat)
            {
                if (repeat.Most > MaxRepeat) throw new NotSupportedException($"it repeats more than {MaxRepeat} times.");
                size += last * Math.Max(0, repeat.Most - 1);
                if (size > MaxSize) throw new NotSupportedException("its repetitions unfold to too much.");
                text.Append(pattern, i, repeat.Length);
                i += repeat.Length - 1;
                continue;
            }
            else
            {
                inClass = c == '[';
                text.Append(c);
                if (c == '(') i = Group(pattern, i, text);
            }

            if (text.Length == before) continue;
            switch (c)
            {
                case '(':
                    sizes.Push(size);
                    size = 0;
                    break;
                case ')':
                    last = Math.Max(1, size);
                    size = last + (sizes.Count > 0 ? sizes.Pop() : 0);
                    break;
                case '*' or '+' or '?' or '|' or '^' or '$':
                    break;
                default:
                    last = 1;
                    size++;
                    break;
            }
        }

        return text.ToString();
    }

    private static int Group(string pattern, int at, StringBuilder text)
    {
        if (at + 1 >= pattern.Length || pattern[at + 1] != '?') return at;
        if (pattern.AsSpan(at).StartsWith("(?P<", StringComparison.Ordinal))
        {
            text.Append("?<");
            return at + 3;
        }

        if (at + 2 < pattern.Length && pattern[at + 2] is '#' or '\'') throw new ArgumentException($"'(?{pattern[at + 2]}' has no meaning here.");
        return at;
    }

    private static int Escape(string pattern, int at, bool inClass, StringBuilder text)
    {
        if (at + 1 >= pattern.Length) throw new ArgumentException("it ends with a backslash.");
        var c = pattern[at + 1];
        switch (c)
        {
            case 'd' or 'w' or 's':
                var set = c switch { 'd' => "0-9", 'w' => "0-9A-Za-z_", _ => @"\t\n\f\r " };
                text.Append(inClass ? set : $"[{set}]");
                return at + 1;
            case 'D' or 'W' or 'S' when !inClass:
                text.Append(c switch { 'D' => "[^0-9]", 'W' => "[^0-9A-Za-z_]", _ => @"[^\t\n\f\r ]" });
                return at + 1;
            case 'p' or 'P' when at + 2 < pattern.Length && pattern[at + 2] != '{':
                text.Append('\\').Append(c).Append('{').Append(pattern[at + 2]).Append('}');
                return at + 2;
            case 'x' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                var close = pattern.IndexOf('}', at);
                if (close < 0 || !int.TryParse(pattern.AsSpan(at + 3, close - at - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > 0xffff)
                    throw new ArgumentException("the character after \\x is no hexadecimal number up to FFFF.");
                text.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}");
                return close;
            case 'Q':
                var end = pattern.IndexOf("\\E", at, StringComparison.Ordinal);
                text.Append(Regex.Escape(end < 0 ? pattern[(at + 2)..] : pattern[(at + 2)..end]));
                return end < 0 ? pattern.Length - 1 : end + 1;
            case 'Z' or 'G' or 'k' or 'e' or 'c' or 'u':
                throw new ArgumentException($"'\\{c}' has no meaning here.");
            default:
                text.Append('\\').Append(c);
                return at + 1;
        }
    }

    private static (int Most, int Length)? Repeat(string pattern, int at)
    {
        var close = pattern.IndexOf('}', at);
        if (close < 0) return null;
        var parts = pattern[(at + 1)..close].Split(',');
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least)) return null;
        var most = least;
        if (parts.Length == 2 && parts[1].Length > 0 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out most)) return null;
        return (Math.Max(least, most), close - at + 1);
    }
}
