using System.Collections.Immutable;

namespace Weir.Kql.Syntax;

/// <summary>Operators with a grammar of their own: expansion, series, patterns, branches, sequences.</summary>
internal sealed partial class Parser
{
    private ExpandOperator Expand(Token keyword)
    {
        var items = Separated(ExpandElement, "");
        var limit = TryTake("limit") ? Expression() : null;
        if (keyword.Text is "mv-expand" or "mvexpand") return new(keyword, items, limit, null);
        Expect("on");
        return new(keyword, items, limit, Subquery());
    }

    private ExpandElement ExpandElement()
    {
        var value = Item();
        if (!TryTake("to")) return new(value, null);
        Expect("typeof");
        Expect("(");
        var type = TypeName();
        Expect(")");
        return new(value, type);
    }

    // (operator | operator): a pipe over the rows that the enclosing operator gives.
    private PipeExpr Subquery(string open = "(", string close = ")")
    {
        var start = Current.Start;
        Expect(open);
        var operators = ImmutableArray.CreateBuilder<OperatorNode>();
        if (Enter() && !Current.Is(close))
        {
            do operators.Add(Operator());
            while (TryTake("|") && operators.Count <= LongestChain);
        }

        _depth--;
        Expect(close);
        return new(null, operators.ToImmutable(), start, LastEnd);
    }

    private SeriesOperator Series(Token keyword)
    {
        var items = Separated(
            () =>
            {
                var value = Item();
                if (!TryTake("default")) return new SeriesElement(value, null);
                Expect("=");
                return new SeriesElement(value, Expression());
            },
            "");
        Expect("on");
        var axis = Item();
        Expr? from = null, to = null;
        Expr step;
        var inRange = Current.Is("in");
        if (inRange)
        {
            _at++;
            Expect("range");
            Expect("(");
            from = Expression();
            Expect(",");
            to = Expression();
            Expect(",");
            step = Expression();
            Expect(")");
        }
        else
        {
            if (TryTake("from")) from = Expression();
            if (TryTake("to")) to = Expression();
            Expect("step");
            step = Expression();
        }

        return new(keyword, items, axis, from, to, step, inRange, TryTake("by") ? Separated(Item, "") : []);
    }

    private ParseOperator Parse(Token keyword)
    {
        var source = Expression();
        Expect("with");
        var parts = ImmutableArray.CreateBuilder<PatternPart>();
        while (PatternPart() is { } part) parts.Add(part);
        if (parts.Count == 0 && Current.Kind != TokenKind.Name) Missing("parse pattern");
        return new(keyword, source, parts.ToImmutable());
    }

    private PatternPart? PatternPart()
    {
        var token = Current;
        if (token.Kind == TokenKind.String)
        {
            _at++;
            return new(new LiteralExpr(token.Start, token.End, token.Value!), false, null, null, token.Start, token.End);
        }

        if (TryTake("*")) return new(null, true, null, null, token.Start, token.End);
        if (token.Kind is not (TokenKind.Name or TokenKind.BracketedName)) return null;
        if (token.Kind == TokenKind.Name && Keywords.Reserved.Contains(token.Text) && !Keywords.Declarable.Contains(token.Text)) return null;
        var name = DeclaredName();
        return new(null, false, name, TryTake(":") ? TypeName() : null, token.Start, LastEnd);
    }

    private ParseKvOperator ParseKv(Token keyword)
    {
        var source = Expression();
        Expect("as");
        Expect("(");
        var columns = Separated(() => ColumnDeclaration(), ")");
        Expect(")");
        var settings = ImmutableDictionary.CreateBuilder<string, Expr>(StringComparer.Ordinal);
        if (TryTake("with"))
        {
            Expect("(");
            while (Current.Kind == TokenKind.Name)
            {
                var name = Take().Text;
                Expect("=");
                settings[name] = Current.Is("(") ? Primary() : Expression();
                if (!TryTake(",")) break;
            }

            Expect(")");
        }

        return new(keyword, source, columns, settings.ToImmutable());
    }

    private EvaluateOperator Evaluate(Token keyword)
    {
        var name = DeclaredName();
        var call = Current.Is("(") ? new CallExpr(name, Arguments(), LastEnd) : new CallExpr(name, [], name.End);
        if (call.End == name.End) Expected("(");
        if (!TryTake(":")) return new(keyword, call, [], false, false);
        Expect("(");
        var star = TryTake("*");
        if (star) TryTake(",");
        var schema = Current.Is(")") ? [] : Separated(() => ColumnDeclaration(), ")");
        Expect(")");
        return new(keyword, call, schema, true, star);
    }

    private RenderOperator Render(Token keyword)
    {
        var chart = Current.Kind == TokenKind.Name ? Take() : null;
        if (chart is null) Missing("chart type", "timechart, columnchart, barchart, piechart, table …");
        var properties = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (TryTake("with"))
        {
            Expect("(");
            RenderProperties(properties);
            Expect(")");
        }
        else
        {
            RenderProperties(properties);
        }

        return new(keyword, chart, properties.ToImmutable());
    }

    private void RenderProperties(ImmutableDictionary<string, string>.Builder properties)
    {
        while (Current.Kind == TokenKind.Name && Following.Is("="))
        {
            var name = Take().Text;
            _at++;
            var values = new List<string>();
            do
            {
                if (Current.Kind == TokenKind.Name && Following.Is("=")) break;
                var sign = TryTake("-") ? "-" : "";
                var token = Take();
                values.Add(sign + (token.Value?.Value as string ?? token.Text));
            }
            while (TryTake(","));
            properties[name] = string.Join(",", values);
        }
    }

    private ForkOperator Fork(Token keyword)
    {
        var branches = ImmutableArray.CreateBuilder<ForkBranch>();
        do
        {
            NameExpr? name = null;
            if (Current.Kind is TokenKind.Name or TokenKind.BracketedName && Following.Is("="))
            {
                name = DeclaredName();
                _at++;
            }

            branches.Add(new(name, Subquery()));
        }
        while (Current.Is("(") || (Current.Kind is TokenKind.Name or TokenKind.BracketedName && Following.Is("=")));
        return new(keyword, branches.ToImmutable());
    }

    private FacetOperator Facet(Token keyword)
    {
        Expect("by");
        var by = Separated(() => Expression(), "");
        return new(keyword, by, TryTake("with") ? Subquery() : null);
    }

    private PartitionOperator Partition(Token keyword)
    {
        Expect("by");
        // "by Column (…)" is no call.
        var by = DeclaredName();
        if (!Current.Is("{")) return new(keyword, by, Subquery());
        // { operator | … } is as (operator | …); { Table | … } is a query of its own.
        var next = _tokens[Math.Min(_at + 2, _tokens.Count - 1)];
        if (_operators.Contains(Following.Text) && !next.Is("|") && !next.Is("}")) return new(keyword, by, Subquery("{", "}"));
        var start = Take().Start;
        var body = Pipe();
        Expect("}");
        return new(keyword, by, body is PipeExpr pipe ? pipe : new PipeExpr(body, [], start, LastEnd));
    }
}
