using System.Collections.Immutable;

namespace Weir.Kql.Syntax;

/// <summary>A statement of a query.</summary>
internal abstract record Statement(int Start);

internal sealed record LetStatement(int Start, NameExpr Name, Expr? Value, FunctionDeclaration? Function) : Statement(Start);

internal sealed record QueryStatement(int Start, Expr Query) : Statement(Start);

internal sealed record SetStatement(int Start, string Name, string Value, Plan.Literal? Literal) : Statement(Start);

internal sealed record ParametersStatement(int Start, ImmutableArray<ColumnDeclaration> Parameters) : Statement(Start);

internal sealed record RefusedStatement(int Start, int Length, string What) : Statement(Start);

/// <summary><c>(T:(a:long), x:long = 1) { let y = …; T | where a > x }</c></summary>
internal sealed record FunctionDeclaration(ImmutableArray<ParameterDeclaration> Parameters, ImmutableArray<Statement> Statements, Expr? Body, bool IsView, int Start, int End);

/// <summary>A scalar parameter has a type, a tabular one columns (null with a star: any).</summary>
internal sealed record ParameterDeclaration(NameExpr Name, NameExpr? Type, ImmutableArray<ColumnDeclaration> Columns, bool Tabular, Expr? Default);
