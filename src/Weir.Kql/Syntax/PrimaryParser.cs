using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Syntax;

/// <summary>Strings, typeof, datatable: primaries with a grammar of their own.</summary>
internal sealed partial class Parser
{
    // Names with stars in them: Source*Name, *_x.
    private Expr Star(Token first, string pattern)
    {
        var end = first.End;
        while (_wildcards && Current.Start == end && (Current.Is("*") || (Current.Kind == TokenKind.Name && !Current.Text.StartsWith('!'))))
        {
            pattern += Current.Text;
            end = Take().End;
        }

        if (first.Text != "*" && !pattern.Contains('*', StringComparison.Ordinal)) return new NameExpr(first.Start, end, pattern);
        return new StarExpr(first.Start, end, pattern);
    }

    private ImmutableArray<Expr> Arguments()
    {
        Expect("(");
        var arguments = ImmutableArray.CreateBuilder<Expr>();
        if (!Current.Is(")"))
        {
            do arguments.Add(Argument());
            while (TryTake(","));
        }

        Expect(")");
        return arguments.ToImmutable();
    }

    private Expr Argument()
    {
        if (Current.Kind is TokenKind.Name or TokenKind.BracketedName && Following.Is("="))
        {
            var name = DeclaredName();
            _at++;
            return new NamedExpr([name], false, Pipe(), name.Start);
        }

        return Pipe();
    }

    // Adjacent strings are one.
    private LiteralExpr Strings()
    {
        var first = Take();
        if (Current.Kind != TokenKind.String) return new LiteralExpr(first.Start, first.End, first.Value!);
        var text = new System.Text.StringBuilder((string)first.Value!.Value!);
        while (Current.Kind == TokenKind.String) text.Append((string)Take().Value!.Value!);
        return new LiteralExpr(first.Start, LastEnd, new Literal(KqlType.String, text.ToString()));
    }

    private TypeofExpr Typeof()
    {
        var start = Take().Start;
        Expect("(");
        var star = false;
        var types = Separated(
            () =>
            {
                star |= TryTake("*");
                if (star && !(Current.Kind is TokenKind.Name)) return null;
                if (Current.Kind is TokenKind.BracketedName || Following.Is(":")) return ColumnDeclaration();
                var type = TypeName();
                return new(new NameExpr(type.Start, type.Start, ""), type);
            },
            ")");
        Expect(")");
        return new TypeofExpr([.. types.OfType<ColumnDeclaration>()], star, start, LastEnd);
    }

    private DatatableExpr Datatable()
    {
        var start = Take().Start;
        Expect("(");
        var columns = Separated(() => ColumnDeclaration(), ")");
        Expect(")");
        if (Current.Kind == TokenKind.BracketedName)
        {
            // ["x"] lexes as a bracketed name.
            var only = Take();
            return new DatatableExpr(columns, [new LiteralExpr(only.Start + 1, only.End - 1, only.Value!)], start, LastEnd);
        }

        Expect("[");
        var values = ImmutableArray.CreateBuilder<Expr>();
        while (BeginsLiteral())
        {
            values.Add(Unary());
            if (!TryTake(",")) break;
        }

        Expect("]");
        return new DatatableExpr(columns, values.ToImmutable(), start, LastEnd);
    }

    private bool BeginsLiteral() =>
        Current.Kind is TokenKind.Literal or TokenKind.String or TokenKind.Dynamic
        || ((Current.Is("-") || Current.Is("+")) && Following.Kind == TokenKind.Literal)
        || (Current.Kind == TokenKind.Name && Following.Is("(") && !Keywords.Infix.Contains(Current.Text));

    private RefusedExpr RefusedSource(Token token)
    {
        while (Current.Kind != TokenKind.End && !Current.Is(";") && !Current.Is("|")) _at++;
        return new RefusedExpr(token.Text, token.Start, token.End);
    }
}
