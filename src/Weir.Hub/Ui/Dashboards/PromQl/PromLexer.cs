using System.Globalization;
using System.Text;

namespace Weir.Hub.Ui.Dashboards.PromQl;

/// <summary>What kind of word a piece of PromQL is.</summary>
internal enum PromWord
{
    /// <summary>The text is at its end.</summary>
    End,

    /// <summary>A name or a keyword.</summary>
    Name,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A length of time, such as 5m.</summary>
    Duration,

    /// <summary>A text in quotes.</summary>
    Text,

    /// <summary>An operator or a bracket.</summary>
    Sign,
}

/// <summary>A word of PromQL.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says; of a text what stands inside its quotes.</param>
/// <param name="Start">Where it begins, in characters.</param>
/// <param name="Length">How long it is.</param>
internal readonly record struct PromToken(PromWord Kind, string Text, int Start, int Length);

/// <summary>Splits PromQL into words.</summary>
internal static class PromLexer
{
    private static readonly string[] _signs = ["=~", "!~", "!=", "==", ">=", "<=", "+", "-", "*", "/", "%", "^", ">", "<", "=", "(", ")", "{", "}", "[", "]", ",", ":", "@"];

    /// <summary>The words, with an end behind the last.</summary>
    /// <exception cref="UiProblem">A piece is no word.</exception>
    public static List<PromToken> Read(string text)
    {
        List<PromToken> tokens = [];
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else if (text[at] == '#') at = text.IndexOf('\n', at) is var end and >= 0 ? end + 1 : text.Length;
            else tokens.Add(Next(text, ref at));
        }

        tokens.Add(new PromToken(PromWord.End, "", text.Length, 0));
        return tokens;
    }

    /// <summary>A length of time, such as 1h30m.</summary>
    public static TimeSpan Duration(string text)
    {
        var total = TimeSpan.Zero;
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (char.IsAsciiDigit(text[at])) at++;
            var number = long.Parse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture);
            var isMilli = text.AsSpan(at).StartsWith("ms");
            total += isMilli ? TimeSpan.FromMilliseconds(number) : text[at] switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                'w' => TimeSpan.FromDays(7 * number),
                _ => TimeSpan.FromDays(365 * number),
            };
            at += isMilli ? 2 : 1;
        }

        return total;
    }

    private static PromToken Next(string text, ref int at)
    {
        var start = at;
        if (text[at] is '"' or '\'' or '`') return Quoted(text, ref at);
        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.' || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E' && text[at] is '+' or '-'))) at++;
            var word = text[start..at];
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) return new PromToken(PromWord.Number, word, start, at - start);
            if (IsDuration(word)) return new PromToken(PromWord.Duration, word, start, at - start);
            throw Wrong($"'{word}' is neither a number nor a length of time such as 5m.", start, at - start);
        }

        if (char.IsAsciiLetter(text[at]) || text[at] == '_')
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or ':')) at++;
            return new PromToken(PromWord.Name, text[start..at], start, at - start);
        }

        foreach (var sign in _signs)
        {
            if (!text.AsSpan(at).StartsWith(sign)) continue;
            at += sign.Length;
            return new PromToken(PromWord.Sign, sign, start, sign.Length);
        }

        throw Wrong($"'{text[at]}' begins no word of PromQL.", at, 1);
    }

    private static PromToken Quoted(string text, ref int at)
    {
        var (start, quote) = (at, text[at]);
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                return new PromToken(PromWord.Text, value.ToString(), start, at - start);
            }

            if (text[at] == '\\' && quote != '`' && at + 1 < text.Length) value.Append(text[++at] switch { 'n' => '\n', 't' => '\t', var other => other });
            else value.Append(text[at]);
        }

        throw Wrong("The quote is not closed.", start, text.Length - start);
    }

    private static bool IsDuration(string word)
    {
        for (var at = 0; at < word.Length;)
        {
            var start = at;
            while (at < word.Length && char.IsAsciiDigit(word[at])) at++;
            if (at == start || at == word.Length || !"smhdwy".Contains(word[at], StringComparison.Ordinal)) return false;
            at += word.AsSpan(at).StartsWith("ms") ? 2 : 1;
        }

        return true;
    }

    /// <summary>A problem with its place.</summary>
    public static UiProblem Wrong(string message, int start, int length) => new(message) { Code = "promql", At = (start, length) };
}
