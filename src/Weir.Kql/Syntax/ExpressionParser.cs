using System.Collections.Immutable;

namespace Weir.Kql.Syntax;

/// <summary>Expressions, by precedence climbing.</summary>
internal sealed partial class Parser
{
    private const int LongestChain = 600;

    private static int Precedence(Token token) => token.Kind is not (TokenKind.Name or TokenKind.Symbol) ? 0 : token.Text switch
    {
        "or" => 1,
        "and" => 2,
        "==" or "!=" or "<>" or "=~" or "!~" or ":" => 3,
        "<" or "<=" or ">" or ">=" => 4,
        "+" or "-" => 5,
        "*" or "/" or "%" => 6,
        _ => token.Kind == TokenKind.Name && Keywords.Infix.Contains(token.Text) ? 3 : 0,
    };

    private static bool BeginsExpression(Token token) => token.Kind switch
    {
        TokenKind.End or TokenKind.Bad => false,
        TokenKind.Name when Keywords.Reserved.Contains(token.Text) => false,
        TokenKind.Symbol => token.Text is "(" or "-" or "+" or "*" or "{",
        _ => true,
    };

    /// <summary>A pipe, or an expression with none.</summary>
    private Expr Pipe()
    {
        var start = Current.Start;
        if (!Enter())
        {
            _depth--;
            return new MissingExpr(LastEnd);
        }

        Expr? source = null;
        var operators = ImmutableArray.CreateBuilder<OperatorNode>();
        if (BeginsQuery()) operators.Add(Operator());
        else source = Expression();
        if (operators.Count == 0 && !Current.Is("|"))
        {
            _depth--;
            return source!;
        }

        while (TryTake("|"))
        {
            operators.Add(Operator());
            if (operators.Count <= LongestChain) continue;
            Enter();
            TooLong();
        }

        _depth--;
        return new PipeExpr(source, operators.ToImmutable(), start, LastEnd);
    }

    private void TooLong()
    {
        _diagnostics.Add("KS245", $"Query syntax depth exceeds maximum safe limit ({LongestChain}). Semantic analysis not performed.", Current.Start, Current.Length, "split the query with let statements, or use in (…) for a long list");
        _at = _tokens.Count - 1;
    }

    /// <summary>An item of a list: <c>name = value</c>, <c>(a, b) = value</c>, or a value.</summary>
    private Expr Item()
    {
        if (Current.Kind is TokenKind.Name or TokenKind.BracketedName && Following.Is("="))
        {
            var name = DeclaredName();
            _at++;
            return new NamedExpr([name], false, Expression(), name.Start);
        }

        if (Current.Is("(") && NamesBeforeAssignment())
        {
            var start = Take().Start;
            var names = Separated(DeclaredName, ")");
            Expect(")");
            Expect("=");
            return new NamedExpr(names, true, Expression(), start);
        }

        return Expression();
    }

    private bool NamesBeforeAssignment()
    {
        var i = _at + 1;
        while (_tokens[i].Kind is TokenKind.Name or TokenKind.BracketedName && (_tokens[i + 1].Is(",") || _tokens[i + 1].Is(")")))
        {
            if (_tokens[i + 1].Is(")")) return i + 2 < _tokens.Count && _tokens[i + 2].Is("=");
            i += 2;
        }

        return false;
    }

    private Expr Expression(int least = 1)
    {
        if (!Enter())
        {
            _depth--;
            return new MissingExpr(LastEnd);
        }

        var left = Unary();
        var links = 0;
        for (int precedence; !(left is MissingExpr && Current.Kind == TokenKind.Name) && (precedence = Precedence(Current)) >= least;)
        {
            left = Binary(left, precedence);
            if (++links > LongestChain) TooLong();
        }

        _depth--;
        return left;
    }

    private BinaryExpr Binary(Expr left, int precedence)
    {
        var token = Take();
        switch (token.Text)
        {
            case "in" or "in~" or "!in" or "!in~" or "has_any" or "has_all":
                if (!Current.Is("(")) return new BinaryExpr(token, token.Text, left, [Unary()], LastEnd);
                Expect("(");
                var items = Separated(Pipe, ")");
                if (items.IsEmpty) Missing("expression");
                Expect(")");
                return new BinaryExpr(token, token.Text, left, items, LastEnd);
            case "between" or "!between":
                Expect("(");
                var from = Expression();
                Expect("..");
                var to = Expression();
                Expect(")");
                return new BinaryExpr(token, token.Text, left, [from, to], LastEnd);
            case "matches":
                var regex = Current;
                Expect("regex");
                token = token with { Length = Math.Max(token.Length, regex.End - token.Start) };
                return new BinaryExpr(token, "matches regex", left, [Expression(precedence + 1)], LastEnd);
            default:
                return new BinaryExpr(token, token.Text, left, [Expression(precedence + 1)], LastEnd);
        }
    }

    private Expr Unary()
    {
        if (!Current.Is("-") && !Current.Is("+")) return Postfix(Primary());
        if (!Enter())
        {
            _depth--;
            return new MissingExpr(LastEnd);
        }

        var sign = Take();
        var operand = Unary();
        _depth--;
        return new UnaryExpr(sign, operand);
    }

    private Expr Postfix(Expr target)
    {
        for (var links = 0; ; links++)
        {
            if (links > LongestChain) TooLong();
            if (Current.Is("."))
            {
                _at++;
                if (Current.Kind is TokenKind.Name)
                {
                    var token = Take();
                    var name = new NameExpr(token.Start, token.End, token.Text);
                    target = Current.Is("(") ? new CallExpr(name, [target, .. Arguments()], LastEnd) : new PathExpr(target, name);
                }
                else if (Current.Is("["))
                {
                    // a.[b] is a[b].
                    continue;
                }
                else if (Current.Kind is TokenKind.BracketedName)
                {
                    var token = Take();
                    target = new PathExpr(target, new(token.Start, token.End, token.Text, true));
                }
                else
                {
                    Missing("name");
                    return target;
                }
            }
            else if (Current.Kind is TokenKind.BracketedName && target is not LiteralExpr)
            {
                var token = Take();
                target = new IndexExpr(target, new LiteralExpr(token.Start, token.End, token.Value!), token.End);
            }
            else if (Current.Is("[") && target is not LiteralExpr and not MissingExpr)
            {
                _at++;
                var index = Expression();
                Expect("]");
                target = new IndexExpr(target, index, LastEnd);
            }
            else
            {
                return target;
            }
        }
    }

    private Expr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Literal:
                _at++;
                return new LiteralExpr(token.Start, token.End, token.Value!);
            case TokenKind.String:
                return Strings();
            case TokenKind.Dynamic:
                return DynamicLiteral();
            case TokenKind.BracketedName:
                _at++;
                var bracketed = new NameExpr(token.Start, token.End, token.Text, true);
                return Current.Is("(") ? new CallExpr(bracketed, Arguments(), LastEnd) : bracketed;
            case TokenKind.Name:
                return Name(token);
            case TokenKind.Symbol when token.Text == "(":
                _at++;
                var inner = Pipe();
                Expect(")");
                return new ParenExpr(inner, token.Start, LastEnd);
            case TokenKind.Symbol when token.Text == "*":
                _at++;
                return Star(token, "*");
            default:
                Missing("expression");
                return new MissingExpr(LastEnd);
        }
    }

    private Expr Name(Token token)
    {
        if (token.Text == "datatable" && Following.Is("(")) return Datatable();
        if (token.Text is "externaldata" or "inline_external_table" && Following.Is("(")) return RefusedSource(token);
        if (token.Text == "typeof" && Following.Is("(")) return Typeof();
        if (Following.Is("(") && !Keywords.Infix.Contains(token.Text))
        {
            _at++;
            return new CallExpr(new(token.Start, token.End, token.Text), Arguments(), LastEnd);
        }

        if (Keywords.Reserved.Contains(token.Text))
        {
            if (!EndsName(Following))
            {
                Missing($"expression: If the keyword '{token.Text}' is intended to be part of an expression it needs to be bracketted as ['{token.Text}'].", $"write ['{token.Text}']");
                return new MissingExpr(LastEnd);
            }

            NeedsBrackets(token);
        }

        _at++;
        if (_wildcards && Current.Is("*") && Current.Start == token.End) return Star(token, token.Text);
        return new NameExpr(token.Start, token.End, token.Text);
    }

    private static bool EndsName(Token next) =>
        next.Kind == TokenKind.End || (next.Kind == TokenKind.Symbol && next.Text is not ("(" or "[" or "{")) || (next.Kind == TokenKind.Name && (Keywords.Infix.Contains(next.Text) || next.Text is "asc" or "desc" or "by" or "to" or "on" or "with"));
}
