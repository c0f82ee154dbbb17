using System.Collections.Immutable;

namespace Weir.Kql.Syntax;

/// <summary>An operator of a pipe as it was written.</summary>
internal abstract record OperatorNode(Token Keyword)
{
    /// <summary>The end of its last token.</summary>
    public int End { get; init; }

    /// <summary><c>kind=inner hint.strategy=shuffle withsource=T</c>: the values as tokens, by name.</summary>
    public ImmutableDictionary<string, Token> Options { get; init; } = ImmutableDictionary<string, Token>.Empty;
}

/// <summary>Operators that are a list of expressions: where, extend, project and kin, distinct, take, print, serialize, count, as, sample …</summary>
internal sealed record ListOperator(Token Keyword, ImmutableArray<Expr> Items) : OperatorNode(Keyword);

internal sealed record OrderedExpr(Expr Value, bool? Ascending, bool? NullsFirst, int End);

internal sealed record SortOperator(Token Keyword, Expr? Count, ImmutableArray<OrderedExpr> Keys) : OperatorNode(Keyword);

internal sealed record SummarizeOperator(Token Keyword, ImmutableArray<Expr> Values, ImmutableArray<Expr> Keys, bool HasBy) : OperatorNode(Keyword);

internal sealed record JoinOperator(Token Keyword, Expr Right, ImmutableArray<Expr> On, bool HasOn) : OperatorNode(Keyword);

internal sealed record UnionOperator(Token Keyword, ImmutableArray<Expr> Tables) : OperatorNode(Keyword);

internal sealed record RangeOperator(Token Keyword, NameExpr Name, Expr From, Expr To, Expr Step) : OperatorNode(Keyword);

internal sealed record ExpandElement(Expr Value, NameExpr? Type);

internal sealed record ExpandOperator(Token Keyword, ImmutableArray<ExpandElement> Items, Expr? Limit, Expr? Body) : OperatorNode(Keyword);

internal sealed record SeriesElement(Expr Value, Expr? Default);

internal sealed record SeriesOperator(
    Token Keyword, ImmutableArray<SeriesElement> Items, Expr Axis, Expr? From, Expr? To, Expr Step, bool InRange, ImmutableArray<Expr> Keys) : OperatorNode(Keyword);

/// <summary>A piece of a parse pattern: a string, <c>*</c>, or a column with its type.</summary>
internal sealed record PatternPart(Expr? Text, bool Star, NameExpr? Column, NameExpr? Type, int Start, int End);

internal sealed record ParseOperator(Token Keyword, Expr Source, ImmutableArray<PatternPart> Parts) : OperatorNode(Keyword);

internal sealed record ParseKvOperator(Token Keyword, Expr Source, ImmutableArray<ColumnDeclaration> Columns, ImmutableDictionary<string, Expr> Settings) : OperatorNode(Keyword);

internal sealed record TopNestedElement(Expr? Count, Expr Of, Expr? Others, Expr By, bool? Ascending);

internal sealed record TopNestedOperator(Token Keyword, ImmutableArray<TopNestedElement> Levels) : OperatorNode(Keyword);

/// <summary>top-hitters N of X by Y; sample-distinct N of X.</summary>
internal sealed record OfOperator(Token Keyword, Expr Count, Expr Of, Expr? By) : OperatorNode(Keyword);

internal sealed record EvaluateOperator(Token Keyword, CallExpr Call, ImmutableArray<ColumnDeclaration> Schema, bool HasSchema, bool SchemaStar) : OperatorNode(Keyword);

internal sealed record RenderOperator(Token Keyword, Token? Chart, ImmutableDictionary<string, string> Properties) : OperatorNode(Keyword);

internal sealed record ForkBranch(NameExpr? Name, Expr Body);

internal sealed record ForkOperator(Token Keyword, ImmutableArray<ForkBranch> Branches) : OperatorNode(Keyword);

internal sealed record FacetOperator(Token Keyword, ImmutableArray<Expr> By, Expr? Body) : OperatorNode(Keyword);

internal sealed record PartitionOperator(Token Keyword, Expr By, Expr Body) : OperatorNode(Keyword);

internal sealed record SearchOperator(Token Keyword, ImmutableArray<Expr> Tables, Expr Predicate) : OperatorNode(Keyword);

internal sealed record FindOperator(Token Keyword, ImmutableArray<Expr> Tables, Expr Predicate, ImmutableArray<Expr> Project, bool HasProject) : OperatorNode(Keyword);

internal sealed record ScanStepNode(NameExpr Name, bool Optional, string Output, Expr Condition, ImmutableArray<Expr> Assignments);

internal sealed record ScanOperator(
    Token Keyword, ImmutableArray<OrderedExpr> OrderBy, ImmutableArray<Expr> PartitionBy, ImmutableArray<ColumnDeclaration> Declared, ImmutableArray<ScanStepNode> Steps, NameExpr? MatchId)
    : OperatorNode(Keyword);

/// <summary>An operator that is known and refused (reduce, graph-match …), or no operator at all.</summary>
internal sealed record RefusedOperator(Token Keyword, bool Known) : OperatorNode(Keyword);
