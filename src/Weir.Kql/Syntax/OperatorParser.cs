using System.Collections.Immutable;

namespace Weir.Kql.Syntax;

/// <summary>The operators of a pipe.</summary>
internal sealed partial class Parser
{
    private bool BeginsQuery() => Current.Kind == TokenKind.Name && Current.Text switch
    {
        "print" or "union" or "search" or "find" => !Following.Is("="),
        "range" => Following.Kind is TokenKind.Name or TokenKind.BracketedName,
        "where" or "project" => true,
        "evaluate" => Following.Kind == TokenKind.Name && !Keywords.Infix.Contains(Following.Text),
        _ => false,
    };

    private OperatorNode Operator()
    {
        var node = Current.Kind == TokenKind.Name ? Body(Take()) : NoOperator();
        return node with { End = LastEnd };
    }

    private RefusedOperator NoOperator()
    {
        _diagnostics.Add("KS176", "Query operator expected.", LastEnd, 0);
        return new(Current with { Start = LastEnd, Length = 0, Text = "" }, false);
    }

    private OperatorNode Body(Token keyword)
    {
        switch (keyword.Text)
        {
            case "where" or "filter":
                return WithOptions(() => new ListOperator(keyword, [Item()]));
            case "extend" or "project" or "project-away" or "project-keep" or "project-rename" or "project-reorder" or "distinct" or "print" or "serialize":
                return WithOptions(() => new ListOperator(keyword, ListItems(keyword.Text)));
            case "take" or "limit" or "sample" or "as":
                return WithOptions(() => new ListOperator(keyword, [keyword.Text == "as" ? DeclaredName() : Expression()]));
            case "count" or "getschema" or "consume":
                return WithOptions(() => new ListOperator(keyword, []));
            case "invoke":
                return new ListOperator(keyword, [Postfix(Primary())]);
            case "sort" or "order":
                return WithOptions(() => Sort(keyword));
            case "top":
                return WithOptions(() => Top(keyword));
            case "summarize":
                return WithOptions(() => Summarize(keyword));
            case "join" or "lookup":
                return WithOptions(() => Join(keyword));
            case "union":
                return WithOptions(() => new UnionOperator(keyword, Patterns(UnionTable, "")));
            case "range":
                return Range(keyword);
            case "mv-expand" or "mvexpand" or "mv-apply" or "mvapply":
                return WithOptions(() => Expand(keyword));
            case "make-series":
                return WithOptions(() => Series(keyword));
            case "parse" or "parse-where":
                return WithOptions(() => Parse(keyword));
            case "parse-kv":
                return ParseKv(keyword);
            case "top-nested":
                return new TopNestedOperator(keyword, Separated(TopNestedLevel, ""));
            case "top-hitters" or "sample-distinct":
                return WithOptions(() => Of(keyword));
            case "evaluate":
                return WithOptions(() => Evaluate(keyword));
            case "render":
                return Render(keyword);
            case "fork":
                return Fork(keyword);
            case "facet":
                return Facet(keyword);
            case "partition":
                return WithOptions(() => Partition(keyword));
            case "search":
                return WithOptions(() => Search(keyword));
            case "find":
                return WithOptions(() => Find(keyword));
            case "scan":
                return WithOptions(() => Scan(keyword));
            default:
                return Refused(keyword);
        }
    }

    private RefusedOperator Refused(Token keyword)
    {
        var known = keyword.Text is "reduce" or "make-graph" or "graph-match" or "graph-to-table" or "graph-shortest-paths" or "graph-mark-components"
            or "graph-where-nodes" or "graph-where-edges" or "macro-expand" or "assert-schema" or "project-by-names" or "execute_and_cache";
        if (known)
        {
            while (Current.Kind != TokenKind.End && !Current.Is(";") && !Current.Is("|") && !Current.Is(")")) _at++;
        }
        else
        {
            _diagnostics.Add("KS176", "Query operator expected.", keyword.Start, keyword.Length, Diagnostics.NearMiss.Hint(keyword.Text, _operators) ?? "operators are where, extend, project, summarize, join …");
        }

        return new RefusedOperator(keyword, known);
    }

    private static readonly string[] _operators =
    [
        "where", "extend", "project", "project-away", "project-keep", "project-rename", "project-reorder", "distinct", "serialize", "take", "limit", "sample",
        "as", "count", "getschema", "consume", "invoke", "sort", "order", "top", "summarize", "join", "lookup", "union", "mv-expand", "mv-apply", "make-series",
        "parse", "parse-where", "parse-kv", "top-nested", "top-hitters", "sample-distinct", "evaluate", "render", "fork", "facet", "partition", "search", "scan",
    ];

    // kind=…, hint.…=…, and the few more that operators take before their arguments.
    private OperatorNode WithOptions(Func<OperatorNode> body)
    {
        var options = ImmutableDictionary.CreateBuilder<string, Token>(StringComparer.Ordinal);
        while (OptionName() is { } name)
        {
            var value = Take();
            if (value.Is("-") || value.Is("(")) value = Take();
            options[name] = value;
            // A list: hint.shufflekey=a, or hint.x=(a)
            TryTake(")");
        }

        return body() with { Options = options.ToImmutable() };
    }

    private string? OptionName()
    {
        if (Current.Kind != TokenKind.Name) return null;
        if (Current.Text == "hint" && Following.Is("."))
        {
            var name = "hint." + _tokens[Math.Min(_at + 2, _tokens.Count - 1)].Text;
            _at = Math.Min(_at + 3, _tokens.Count - 1);
            Expect("=");
            return name;
        }

        if (!Following.Is("=")) return null;
        if (Current.Text is not ("kind" or "flags" or "withsource" or "with_source" or "isfuzzy" or "bagexpansion" or "with_itemindex" or "datascope"
            or "expandoutput" or "with_match_id" or "decodeblocks" or "nulls_first" or "force_remote" or "best_effort")) return null;
        // "extend kind = 1" declares a column.
        if (_tokens[Math.Max(0, _at - 1)].Text is "extend" or "project" or "print" or "serialize" or "summarize") return null;
        var option = Take().Text;
        _at++;
        return option;
    }

    private ImmutableArray<Expr> ListItems(string keyword)
    {
        if (keyword is "serialize" && !BeginsItem()) return [];
        return keyword is "project-reorder" ? Patterns(Reordered, "") : keyword is "project-away" or "project-keep" ? Patterns(Item, "") : Separated(Item, "");
    }

    private bool BeginsItem() => Current.Kind is TokenKind.BracketedName or TokenKind.Literal or TokenKind.String or TokenKind.Dynamic or TokenKind.Name || Current.Is("(") || Current.Is("-");

    private Expr Reordered()
    {
        if (Current.Kind == TokenKind.Name && Keywords.Reserved.Contains(Current.Text))
        {
            Missing("expression");
            return new MissingExpr(LastEnd);
        }

        var value = Expression();
        if (!(Current.Is("asc") || Current.Is("desc") || Current.Is("granny-asc") || Current.Is("granny-desc"))) return value;
        var order = Take();
        return new UnaryExpr(order with { Start = value.Start }, value);
    }

    private SortOperator Sort(Token keyword)
    {
        Expect("by");
        return new(keyword, null, Separated(Ordered, ""));
    }

    private SortOperator Top(Token keyword)
    {
        var count = Expression();
        Expect("by");
        return new(keyword, count, Separated(Ordered, ""));
    }

    private OrderedExpr Ordered()
    {
        var value = Item();
        bool? ascending = TryTake("asc") ? true : TryTake("desc") ? false : null;
        bool? first = null;
        if (TryTake("nulls"))
        {
            first = Current.Is("first");
            if (!TryTake("first")) Expect("last");
        }

        return new(value, ascending, first, LastEnd);
    }

    private SummarizeOperator Summarize(Token keyword)
    {
        var values = Current.Is("by") || Current.Is("|") || Current.Kind == TokenKind.End ? [] : Separated(Item, "");
        if (!TryTake("by")) return new(keyword, values, [], false);
        return new(keyword, values, Separated(Item, ""), true);
    }

    private JoinOperator Join(Token keyword)
    {
        var right = Unary();
        if (TryTake("on")) return new(keyword, right, Separated(() => Expression(), ""), true);
        // "where" is an older way of writing "on".
        return TryTake("where") ? new(keyword, right, [Expression()], true) : new(keyword, right, [], false);
    }

    private Expr UnionTable()
    {
        if (!Current.Is("(")) return Unary();
        _wildcards = false;
        var table = Postfix(Primary());
        _wildcards = true;
        return table;
    }

    private RangeOperator Range(Token keyword)
    {
        var name = DeclaredName();
        Expect("from");
        var from = Expression();
        Expect("to");
        var to = Expression();
        Expect("step");
        return new(keyword, name, from, to, Expression());
    }

    private OfOperator Of(Token keyword)
    {
        var count = Expression();
        Expect("of");
        var of = Item();
        return new(keyword, count, of, TryTake("by") ? Item() : null);
    }

    private TopNestedElement TopNestedLevel()
    {
        if (Current.Is("top-nested")) _at++;
        var count = Current.Is("of") ? null : Expression();
        Expect("of");
        var of = Item();
        Expr? others = null;
        if (Current.Is("with") && Following.Is("others"))
        {
            _at += 2;
            Expect("=");
            others = Expression();
        }

        Expect("by");
        var by = Item();
        return new(count, of, others, by, TryTake("asc") ? true : TryTake("desc") ? false : null);
    }
}
