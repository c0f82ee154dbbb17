using System.Collections.Immutable;
using Weir.Kql.Plan;

namespace Weir.Kql.Syntax;

/// <summary>An expression as it was written.</summary>
internal abstract record Expr(int Start, int End)
{
    public int Length => End - Start;
}

/// <summary>Where an expression should have been; already reported.</summary>
internal sealed record MissingExpr(int At) : Expr(At, At);

internal sealed record LiteralExpr(int Start, int End, Literal Value) : Expr(Start, End);

internal sealed record NameExpr(int Start, int End, string Name, bool Bracketed = false) : Expr(Start, End);

/// <summary><c>*</c>, or a name with a star in it.</summary>
internal sealed record StarExpr(int Start, int End, string Pattern) : Expr(Start, End);

internal sealed record PathExpr(Expr Target, NameExpr Name) : Expr(Target.Start, Name.End);

internal sealed record IndexExpr(Expr Target, Expr Index, int End) : Expr(Target.Start, End);

internal sealed record CallExpr(NameExpr Name, ImmutableArray<Expr> Arguments, int End) : Expr(Name.Start, End);

internal sealed record UnaryExpr(Token Operator, Expr Operand) : Expr(Operator.Start, Operand.End);

/// <summary>A binary operator; <c>x between (a .. b)</c> and <c>x in (a, b)</c> have the rest in <paramref name="Right"/>.</summary>
internal sealed record BinaryExpr(Token Operator, string Name, Expr Left, ImmutableArray<Expr> Right, int End) : Expr(Left.Start, End);

/// <summary><c>name = value</c>, or <c>(a, b) = value</c>.</summary>
internal sealed record NamedExpr(ImmutableArray<NameExpr> Names, bool Compound, Expr Value, int Start) : Expr(Start, Value.End);

internal sealed record ParenExpr(Expr Inner, int Start, int End) : Expr(Start, End);

/// <summary><c>typeof(long)</c>, <c>typeof(a:long, b:string)</c>.</summary>
internal sealed record TypeofExpr(ImmutableArray<ColumnDeclaration> Types, bool Star, int Start, int End) : Expr(Start, End);

internal sealed record ColumnDeclaration(NameExpr Name, NameExpr Type, Expr? Default = null);

/// <summary><c>source | operator | operator</c>. An operator that stands first has a null source.</summary>
internal sealed record PipeExpr(Expr? Source, ImmutableArray<OperatorNode> Operators, int Start, int End) : Expr(Start, End);

internal sealed record DatatableExpr(ImmutableArray<ColumnDeclaration> Columns, ImmutableArray<Expr> Values, int Start, int End) : Expr(Start, End);

/// <summary>externaldata and its kin: known, never supported.</summary>
internal sealed record RefusedExpr(string What, int Start, int End) : Expr(Start, End);
