using System.Collections.Immutable;
using Weir.Kql.Functions;
using Weir.Kql.Types;

namespace Weir.Kql.Plan;

/// <summary>A bound expression that has one value a row.</summary>
/// <param name="Type">The type of its value.</param>
public abstract record Scalar(KqlType Type);

/// <summary>A constant.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Value">Null; bool; int; long; double; decimal; long of ticks for datetime and timespan; Guid; string; JSON text for dynamic.</param>
public sealed record Literal(KqlType Type, object? Value) : Scalar(Type);

/// <summary>The value of a column of the relation that the expression stands over.</summary>
/// <param name="Column">Which.</param>
public sealed record ColumnRef(Column Column) : Scalar(Column.Type);

/// <summary>A built-in scalar function.</summary>
/// <param name="Function">Which; lowering goes by its name.</param>
/// <param name="Arguments">In order; optional ones that were left out are absent.</param>
/// <param name="Type">The result's type for these arguments.</param>
public sealed record Call(FunctionSymbol Function, ImmutableArray<Scalar> Arguments, KqlType Type) : Scalar(Type);

/// <summary>An operator. Operands of unlike number types have been widened by <see cref="Convert"/>.</summary>
/// <param name="Operator">Which.</param>
/// <param name="Operands">One for Negate, two for most, three for Between, any number for In and HasAny.</param>
/// <param name="Type">The result's type.</param>
public sealed record Operation(ScalarOperator Operator, ImmutableArray<Scalar> Operands, KqlType Type) : Scalar(Type);

/// <summary>A conversion that the user did not write; the value is the one tolong(), toreal(), tostring() … would give.</summary>
/// <param name="Value">What is converted.</param>
/// <param name="Type">To what.</param>
public sealed record Convert(Scalar Value, KqlType Type) : Scalar(Type);

/// <summary>A property of a dynamic value: <c>a.b</c> or <c>a["b"]</c>; null when there is none. Case-sensitive.</summary>
/// <param name="Value">The dynamic value.</param>
/// <param name="Name">The property's name.</param>
public sealed record Member(Scalar Value, string Name) : Scalar(KqlType.Dynamic);

/// <summary>An element of a dynamic value by a computed key: an integer counts from the end when negative, a string names a property.</summary>
/// <param name="Value">The dynamic value.</param>
/// <param name="Key">An integer or a string.</param>
public sealed record Element(Scalar Value, Scalar Key) : Scalar(KqlType.Dynamic);

/// <summary>in, !in, in~, has_any … with the first column of a query as the members.</summary>
/// <param name="Operator">In, NotIn, InIgnoreCase, NotInIgnoreCase, HasAny or HasAll.</param>
/// <param name="Value">What is looked for.</param>
/// <param name="Query">Its one column (the first) holds the members; it refers to no column outside itself.</param>
public sealed record InQuery(ScalarOperator Operator, Scalar Value, Relation Query) : Scalar(KqlType.Bool);

/// <summary>toscalar(): the first column of the first row of a query, or null; refers to no column outside itself.</summary>
/// <param name="Query">The query.</param>
/// <param name="Type">The type of its first column.</param>
public sealed record ScalarQuery(Relation Query, KqlType Type) : Scalar(Type);

/// <summary>An aggregate over the rows of a group; only inside the values of Summarize and MakeSeries (and TopNested's).</summary>
/// <param name="Function">Which; percentiles(x, a, b) has been split into one percentile(x, a) each.</param>
/// <param name="Arguments">In order. arg_max, arg_min: the ordering expression, then what is returned; take_any: what is returned.</param>
/// <param name="Output">For arg_max, arg_min and take_any of several: the index of the argument whose value this is; else 0.</param>
/// <param name="Group">Calls of one written aggregate share it: their values come from the same row.</param>
/// <param name="Type">The result's type.</param>
public sealed record AggregateCall(FunctionSymbol Function, ImmutableArray<Scalar> Arguments, int Output, int Group, KqlType Type) : Scalar(Type);

/// <summary>In a step of <see cref="MatchRows"/>: what a declared column had in the state of a step (<c>step.column</c>).</summary>
/// <param name="Step">The step's name.</param>
/// <param name="Column">A declared column, or a column of the input at the row that the step matched last.</param>
public sealed record StepState(string Step, Column Column) : Scalar(Column.Type);
