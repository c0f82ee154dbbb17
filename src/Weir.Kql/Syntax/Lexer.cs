using System.Globalization;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Syntax;

/// <summary>Cuts the text into tokens; every character belongs to one token, to white space or to a comment.</summary>
internal sealed class Lexer(string text, DiagnosticBag diagnostics)
{
    private static readonly string[] _symbols =
    [
        "==", "!=", "<=", ">=", "<>", "=~", "!~", "=>", "..", "(", ")", "[", "]", "{", "}", "|", ",", ";", ":", ".", "=", "<", ">", "+", "-", "*", "/", "%", "@", "?", "!", "~",
    ];

    private readonly StringLexer _strings = new(text, diagnostics);
    private int _at;

    public List<Token> All()
    {
        var tokens = new List<Token>();
        while (true)
        {
            var token = Next(tokens);
            tokens.Add(token);
            if (token.Kind == TokenKind.End) return tokens;
        }
    }

    private Token Next(List<Token> before)
    {
        SkipTrivia();
        if (_at >= text.Length) return new(TokenKind.End, text.Length, 0, "");
        var c = text[_at];
        if (_strings.TryRead(_at) is { } read) return Take(read);
        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]) && !AfterOperand(before))) return Number();
        if (IsWord(c)) return Word(before);
        if (c == '!' && _at + 1 < text.Length && char.IsLetter(text[_at + 1]))
        {
            var end = WordEnd(_at + 1);
            if (end < text.Length && text[end] == '~') end++;
            if (Keywords.Infix.Contains(text[_at..end])) return Take(TokenKind.Name, end);
        }

        if (c == '[' && BracketedName() is { } name) return name;
        foreach (var symbol in _symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) == 0) return Take(TokenKind.Symbol, _at + symbol.Length);
        }

        diagnostics.Add("KS002", $"Unexpected: {c}", _at, 1);
        return Take(TokenKind.Bad, _at + 1);
    }

    private static bool AfterOperand(List<Token> before) =>
        before.Count > 0 && (before[^1].Kind is not TokenKind.Symbol || before[^1].Text is ")" or "]");

    private Token Number()
    {
        var end = _at;
        if (text[end] == '0' && end + 1 < text.Length && text[end + 1] is 'x' or 'X')
        {
            end += 2;
            while (end < text.Length && char.IsAsciiHexDigit(text[end])) end++;
            return Finish(end, isReal: false);
        }

        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        var real = end < text.Length && text[end] == '.' && !(end + 1 < text.Length && (text[end + 1] == '.' || char.IsLetter(text[end + 1]) || text[end + 1] == '_'));
        if (real)
        {
            end++;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        }

        var exponent = end;
        if (exponent < text.Length && text[exponent] is 'e' or 'E')
        {
            exponent++;
            if (exponent < text.Length && text[exponent] is '+' or '-') exponent++;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                while (exponent < text.Length && char.IsAsciiDigit(text[exponent])) exponent++;
                (end, real) = (exponent, true);
            }
        }

        return Finish(end, real);
    }

    // A number, a time with its unit, or a name that begins with digits.
    private Token Finish(int end, bool isReal)
    {
        var unitEnd = WordEnd(end);
        var digits = text[_at..end];
        if (unitEnd > end)
        {
            if (Keywords.TimeUnits.ContainsKey(text[end..unitEnd]) && TimeSpanReader.Unit(text[_at..unitEnd]) is { } ticks)
                return Take(TokenKind.Literal, unitEnd, new Literal(KqlType.TimeSpan, ticks));
            return Take(TokenKind.Name, unitEnd);
        }

        if (isReal)
            return Take(TokenKind.Literal, end, new Literal(KqlType.Real, double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture)));
        if (LiteralReader.Integer(digits) is { } whole) return Take(TokenKind.Literal, end, new Literal(KqlType.Long, whole));
        // 9223372036854775808 only fits with a minus before it; Kusto wraps it.
        if (digits == "9223372036854775808") return Take(TokenKind.Literal, end, new Literal(KqlType.Long, long.MinValue));
        diagnostics.Add("KS004", "Malformed literal", _at, end - _at, "a long holds at most 9223372036854775807; write decimal(…) or real(…) for more");
        return Take(TokenKind.Literal, end, new Literal(KqlType.Long, null));
    }

    private Token Word(List<Token> before)
    {
        var end = WordEnd(_at);
        var word = text[_at..end];
        while (end < text.Length && text[end] == '-' && Hyphenated(end) is { } longer) (word, end) = (text[_at..longer], longer);
        if (word == "in" && end < text.Length && text[end] == '~') return Take(TokenKind.Name, end + 1);
        var afterDot = before.Count > 0 && before[^1].Is(".");
        if (afterDot) return Take(TokenKind.Name, end);
        if (Keywords.LiteralTypes.Contains(word) && OpenParenthesis(end) is { } open) return TypedLiteral(word, end, open);
        return word switch
        {
            "true" or "True" or "TRUE" => Take(TokenKind.Literal, end, new Literal(KqlType.Bool, true)),
            "false" or "False" or "FALSE" => Take(TokenKind.Literal, end, new Literal(KqlType.Bool, false)),
            "dynamic" when OpenParenthesis(end) is not null => Take(TokenKind.Dynamic, end),
            _ => Take(TokenKind.Name, end),
        };
    }

    private int? Hyphenated(int hyphen)
    {
        const int mostHyphens = 2;
        var end = WordEnd(hyphen + 1);
        for (var i = 1; i < mostHyphens && end < text.Length && text[end] == '-' && end + 1 < text.Length && char.IsLetter(text[end + 1]); i++) end = WordEnd(end + 1);
        for (; end > hyphen; end = text.LastIndexOf('-', end - 1))
        {
            if (Keywords.Hyphenated.Contains(text[_at..end])) return end;
        }

        return null;
    }

    // The whole of type(…) is one token, for its inside has a grammar of its own: datetime(2026-03-01 10:00).
    private Token TypedLiteral(string type, int end, int open)
    {
        var close = open + 1;
        var quote = '\0';
        for (; close < text.Length; close++)
        {
            var c = text[close];
            if (c is '\r' or '\n') break;
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'') quote = c;
            else if (c is ')' or '(') break;
        }

        if (close >= text.Length || text[close] != ')') return Take(TokenKind.Name, end);
        var literal = LiteralReader.Read(type, text[(open + 1)..close]);
        if (literal is null)
        {
            var kind = KqlTypes.Named(type);
            diagnostics.Add("KS004", "Malformed literal", _at, close + 1 - _at, $"'{text[(open + 1)..close].Trim()}' is no {kind.Name()}; a conversion is written to{kind.Name()}(…)");
            literal = new Literal(kind, null);
        }

        return Take(TokenKind.Literal, close + 1, literal);
    }

    private Token? BracketedName()
    {
        var at = _at + 1;
        while (at < text.Length && text[at] == ' ') at++;
        if (_strings.Peek(at) is not { } inner) return null;
        var end = inner.End;
        while (end < text.Length && text[end] == ' ') end++;
        if (end >= text.Length || text[end] != ']') return null;
        var name = (string)inner.Value!.Value!;
        var token = new Token(TokenKind.BracketedName, _at, end + 1 - _at, name, inner.Value);
        _at = end + 1;
        return token;
    }

    private int? OpenParenthesis(int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t') at++;
        return at < text.Length && text[at] == '(' ? at : null;
    }

    private Token Take(TokenKind kind, int end, Literal? value = null) => Take(new Token(kind, _at, end - _at, text[_at..end], value));

    private Token Take(Token token)
    {
        _at = token.End;
        return token;
    }

    private void SkipTrivia()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at]) || text[_at] == '\uFEFF') _at++;
            else if (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] == '/')
            {
                while (_at < text.Length && text[_at] is not ('\n' or '\r')) _at++;
            }
            else return;
        }
    }

    private int WordEnd(int at)
    {
        while (at < text.Length && IsWord(text[at])) at++;
        return at;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
}
