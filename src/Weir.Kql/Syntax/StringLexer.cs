using System.Globalization;
using System.Text;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Syntax;

/// <summary>Reads string literals: "a", 'a', @"verbatim", h"hidden", ```several lines```.</summary>
internal sealed class StringLexer(string text, DiagnosticBag diagnostics)
{
    /// <summary>The string that begins here, or null when none does. An unfinished one is reported and runs to the end of its line.</summary>
    public Token? TryRead(int start)
    {
        if (Begin(start) is not { } begin) return null;
        return Read(start, begin.Quote, begin.Verbatim, begin.Fence, report: true);
    }

    /// <summary>As <see cref="TryRead"/>, but null for an unfinished string, and nothing is reported.</summary>
    public Token? Peek(int start) =>
        start < text.Length && Begin(start) is { Fence: false } begin ? Read(start, begin.Quote, begin.Verbatim, false, report: false) : null;

    private (int Quote, bool Verbatim, bool Fence)? Begin(int at)
    {
        if (at < text.Length && text[at] is 'h' or 'H') at++;
        var verbatim = at < text.Length && text[at] == '@';
        if (verbatim) at++;
        if (at < text.Length && text[at] is '"' or '\'') return (at, verbatim, false);
        var fence = !verbatim && at + 2 < text.Length && text[at] is '`' or '~' && text[at + 1] == text[at] && text[at + 2] == text[at];
        return fence ? (at, false, true) : null;
    }

    private Token? Read(int start, int quote, bool verbatim, bool fence, bool report)
    {
        if (fence) return Fence(start, quote);
        var mark = text[quote];
        var value = new StringBuilder();
        var at = quote + 1;
        while (at < text.Length && text[at] is not ('\r' or '\n') || (verbatim && at < text.Length))
        {
            var c = text[at];
            if (c == mark)
            {
                if (!verbatim || at + 1 >= text.Length || text[at + 1] != mark) return Token(start, at + 1, value.ToString());
                value.Append(mark);
                at += 2;
            }
            else if (c == '\\' && !verbatim)
            {
                at = Escape(at, value, report);
            }
            else
            {
                value.Append(c);
                at++;
            }
        }

        if (!report) return null;
        diagnostics.Add("KS001", $"Missing: {mark}", at, 0, "close the string on the line where it begins; @\"…\" and ```…``` may have several lines");
        return Token(start, at, value.ToString());
    }

    private Token Fence(int start, int quote)
    {
        var fence = text.Substring(quote, 3);
        var end = text.IndexOf(fence, quote + 3, StringComparison.Ordinal);
        if (end >= 0) return Token(start, end + 3, text[(quote + 3)..end]);
        diagnostics.Add("KS001", $"Missing: {fence}", text.Length, 0);
        return Token(start, text.Length, text[(quote + 3)..]);
    }

    private int Escape(int at, StringBuilder value, bool report)
    {
        var c = at + 1 < text.Length ? text[at + 1] : '\0';
        var simple = c switch
        {
            'n' => '\n', 'r' => '\r', 't' => '\t', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', '\\' or '"' or '\'' or '/' or '`' => c, _ => '\0',
        };
        if (simple != '\0')
        {
            value.Append(simple);
            return at + 2;
        }

        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && at + 2 + digits <= text.Length
            && uint.TryParse(text.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && (code < 0x10000 || Rune.IsValid(code)))
        {
            value.Append(code < 0x10000 ? ((char)code).ToString() : new Rune(code).ToString());
            return at + 2 + digits;
        }

        if (c is >= '0' and <= '7') return Octal(at, value);
        if (report) diagnostics.Add("KS003", "Malformed string literal", at, Math.Min(2, text.Length - at), "a backslash is written \\\\, or use @\"…\"");
        value.Append('\\');
        return at + 1;
    }

    private int Octal(int at, StringBuilder value)
    {
        var (end, code) = (at + 1, 0);
        for (; end < text.Length && end < at + 4 && text[end] is >= '0' and <= '7'; end++) code = code * 8 + text[end] - '0';
        value.Append((char)code);
        return end;
    }

    private Token Token(int start, int end, string value) =>
        new(TokenKind.String, start, end - start, text[start..end], new Literal(KqlType.String, value));
}
