using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Weir.Kql.Diagnostics;
using Weir.Kql.Types;

namespace Weir.Kql.Syntax;

/// <summary>Text into statements. Errors are reported and stepped over, so that one run tells several.</summary>
internal sealed partial class Parser
{
    private const int DeepestNesting = 250;
    private readonly DiagnosticBag _diagnostics;
    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    // Whether a* is a pattern of names here, and not a multiplication.
    private bool _wildcards;

    public Parser(string text, DiagnosticBag diagnostics)
    {
        _diagnostics = diagnostics;
        _tokens = new Lexer(text, diagnostics).All();
    }

    private Token Current => _tokens[_at];

    private Token Following => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    /// <summary>Where the last token ended: where something missing is reported.</summary>
    private int LastEnd => _at == 0 ? 0 : _tokens[_at - 1].End;

    public ImmutableArray<Statement> Statements()
    {
        var statements = StatementsUntil("");
        return statements;
    }

    private ImmutableArray<Statement> StatementsUntil(string close)
    {
        var statements = ImmutableArray.CreateBuilder<Statement>();
        while (Current.Kind != TokenKind.End && !(close.Length > 0 && Current.Is(close)))
        {
            if (TryTake(";")) continue;
            var before = _at;
            statements.Add(Statement());
            if (Current.Kind == TokenKind.End || Current.Is(";") || (close.Length > 0 && Current.Is(close))) continue;
            if (_at > before && (BeginsExpression(Current) || BeginsStatement()))
            {
                Expected(";");
                continue;
            }

            _diagnostics.Add("KS198", "The incomplete fragment is unexpected.", Current.Start, Current.Length, "it does not belong to any statement");
            while (Current.Kind != TokenKind.End && !Current.Is(";")) _at++;
        }

        return statements.ToImmutable();
    }

    private Statement Statement()
    {
        var start = Current.Start;
        if (Current.Is("let") && (Following.Kind == TokenKind.BracketedName || (Following.Kind == TokenKind.Name && !Following.Is("=")))) return Let();
        if (Current.Is("set") && Following.Kind is TokenKind.Name) return Set();
        if (Current.Is("declare")) return Declare();
        if (Current.Is("alias") || Current.Is("restrict"))
        {
            var word = Current;
            while (Current.Kind != TokenKind.End && !Current.Is(";")) _at++;
            return new RefusedStatement(word.Start, word.Length, word.Text);
        }

        return new QueryStatement(start, Pipe());
    }

    // first, last … begin a statement as names that need brackets; where, project … as operators that have no rows.
    private bool BeginsStatement() =>
        Current.Kind == TokenKind.Name && !Keywords.Infix.Contains(Current.Text) && !KqlTypes.TryParse(Current.Text, out _)
        && (Current.Text is "where" or "project" or "print" || (EndsName(Following) && !Following.Is("=")));

    private LetStatement Let()
    {
        var start = Take().Start;
        var name = DeclaredName();
        Expect("=");
        return FunctionDeclaration() is { } function ? new LetStatement(start, name, null, function) : new LetStatement(start, name, Pipe(), null);
    }

    private SetStatement Set()
    {
        var start = Take().Start;
        var name = Take().Text;
        while (Current.Is(".")) name += Take().Text + Take().Text;
        if (!TryTake("=")) return new SetStatement(start, name, "true", null);
        var value = Take();
        return new SetStatement(start, name, value.Text.Trim('"', '\''), value.Value);
    }

    private Statement Declare()
    {
        var start = Take().Start;
        if (!TryTake("query_parameters"))
        {
            var word = Current;
            for (var depth = 0; Current.Kind != TokenKind.End && !(depth == 0 && Current.Is(";")); _at++)
                depth += Current.Is("{") ? 1 : Current.Is("}") ? -1 : 0;
            return new RefusedStatement(word.Start, word.Length, "declare " + word.Text);
        }

        Expect("(");
        var parameters = Separated(() => ColumnDeclaration(withDefault: true), ")");
        Expect(")");
        return new ParametersStatement(start, parameters);
    }

    // view () { … } or (a:long, T:(b:string)) { … }; null when it is an expression in parentheses.
    private FunctionDeclaration? FunctionDeclaration()
    {
        var start = _at;
        var view = TryTake("view");
        if (!Current.Is("(") || !ClosesBeforeBrace())
        {
            _at = start;
            return null;
        }

        if (!Enter())
        {
            _depth--;
            return null;
        }

        var from = Take().Start;
        var parameters = Separated(Parameter, ")");
        Expect(")");
        Expect("{");
        var statements = StatementsUntil("}");
        var end = Current.End;
        Expect("}");
        _depth--;
        var last = statements.LastOrDefault() as QueryStatement;
        return new(parameters, last is null ? statements : statements[..^1], last?.Query, view, from, end);
    }

    private bool ClosesBeforeBrace()
    {
        var depth = 0;
        for (var i = _at; i < _tokens.Count; i++)
        {
            if (_tokens[i].Is("(")) depth++;
            else if (_tokens[i].Is(")") && --depth == 0) return _tokens[i + 1].Is("{");
            else if (_tokens[i].Is(";") || _tokens[i].Is("|") || _tokens[i].Is("let")) return false;
        }

        return false;
    }

    private ParameterDeclaration Parameter()
    {
        var name = DeclaredName();
        Expect(":");
        if (!TryTake("(")) return new(name, TypeName(), [], false, TryTake("=") ? Expression() : null);
        var columns = TryTake("*") ? [] : Separated(() => ColumnDeclaration(), ")");
        Expect(")");
        return new(name, null, columns, true, null);
    }

    private ColumnDeclaration ColumnDeclaration(bool withDefault = false)
    {
        var name = DeclaredName();
        Expect(":");
        var type = TypeName();
        return new(name, type, withDefault && TryTake("=") ? Expression() : null);
    }

    private NameExpr TypeName()
    {
        if (Current.Kind is TokenKind.Name or TokenKind.Dynamic)
        {
            var token = Take();
            return new(token.Start, token.End, token.Text);
        }

        Missing("type name");
        return new(LastEnd, LastEnd, "");
    }

    private NameExpr DeclaredName()
    {
        var token = Current;
        if (token.Kind is TokenKind.BracketedName)
        {
            _at++;
            return new(token.Start, token.End, token.Text, true);
        }

        if (token.Kind is TokenKind.Name && !token.Text.StartsWith('!'))
        {
            _at++;
            if (Keywords.Reserved.Contains(token.Text) && !Keywords.Declarable.Contains(token.Text)) NeedsBrackets(token);
            return new(token.Start, token.End, token.Text);
        }

        Missing("name");
        return new(LastEnd, LastEnd, "");
    }

    private void NeedsBrackets(Token name) =>
        _diagnostics.Add("KS228", $"The name '{name.Text}' needs to be bracketed as ['{name.Text}'] to be used in this context.", name.Start, name.Length, $"write ['{name.Text}']");

    private ImmutableArray<T> Separated<T>(Func<T> item, string close)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        if (close.Length > 0 && Current.Is(close)) return items.ToImmutable();
        do
        {
            if (close.Length > 0 && Current.Is(close)) break;
            items.Add(item());
        }
        while (TryTake(","));
        return items.ToImmutable();
    }

    private ImmutableArray<Expr> Patterns(Func<Expr> item, string close)
    {
        var outer = _wildcards;
        _wildcards = true;
        var items = Separated(item, close);
        _wildcards = outer;
        return items;
    }

    private Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End) _at++;
        return token;
    }

    private bool TryTake(string text)
    {
        if (!Current.Is(text)) return false;
        _at++;
        return true;
    }

    private bool Expect(string text)
    {
        if (TryTake(text)) return true;
        Expected(text);
        return false;
    }

    private void Expected(string text) => _diagnostics.Add("KS005", $"Expected: {text}", Current.Start, Current.Length);

    private void Missing(string what, string? hint = null) => _diagnostics.Add("KS006", $"Missing {what}", LastEnd, 0, hint);

    // False, once and for all, when the text nests deeper than the stack can hold.
    private bool Enter()
    {
        if (++_depth <= DeepestNesting && RuntimeHelpers.TryEnsureSufficientExecutionStack()) return true;
        _diagnostics.Add("KS245", $"Query syntax depth exceeds maximum safe limit ({DeepestNesting}). Semantic analysis not performed.", Current.Start, Current.Length, "split the query with let statements");
        _at = _tokens.Count - 1;
        return false;
    }
}
