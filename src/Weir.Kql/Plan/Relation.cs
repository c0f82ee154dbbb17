using System.Collections.Immutable;
using Weir.Kql.Catalog;

namespace Weir.Kql.Plan;

/// <summary>A node of the plan that has rows.</summary>
/// <param name="Columns">Its columns, in order.</param>
public abstract record Relation(ImmutableArray<Column> Columns);

/// <summary>A column and what it is computed from.</summary>
/// <param name="Column">The output; the same object as the input's where the value is passed through.</param>
/// <param name="Value">Over the input's columns.</param>
public sealed record Assignment(Column Column, Scalar Value);

/// <summary>All rows of a stored table.</summary>
/// <param name="Table">Which.</param>
/// <param name="Columns">In the table's order.</param>
public sealed record TableScan(TableSymbol Table, ImmutableArray<Column> Columns) : Relation(Columns);

/// <summary>Rows written in the query: datatable, print (one row), getschema.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Values">A row each, a value a column; values refer to no column.</param>
public sealed record Rows(ImmutableArray<Column> Columns, ImmutableArray<ImmutableArray<Scalar>> Values) : Relation(Columns);

/// <summary>range NAME from A to B step C: A, A+C, … up to and with B.</summary>
/// <param name="Column">Its one column.</param>
/// <param name="From">First value.</param>
/// <param name="To">Last value at most.</param>
/// <param name="Step">Negative counts down.</param>
public sealed record RangeRows(Column Column, Scalar From, Scalar To, Scalar Step) : Relation([Column]);

/// <summary>A let-bound query, bound once; every use is a <see cref="Reference"/>.</summary>
/// <param name="Id">Unique in the query.</param>
/// <param name="Name">The name it was given; empty for an anonymous materialize().</param>
/// <param name="Body">The query.</param>
/// <param name="Materialized">Must be computed once (materialize, or it is used twice and not deterministic).</param>
public sealed record SharedQuery(int Id, string Name, Relation Body, bool Materialized);

/// <summary>A use of a shared query; its columns stand for those of the body, by position.</summary>
/// <param name="Query">What is used.</param>
/// <param name="Columns">New columns, one for each of the body's.</param>
public sealed record Reference(SharedQuery Query, ImmutableArray<Column> Columns) : Relation(Columns);

/// <summary>The rows that the enclosing <see cref="MvApply"/>, <see cref="Partition"/> or function gives to its body.</summary>
/// <param name="Id">The enclosing node's id.</param>
/// <param name="Columns">Columns of the enclosing node's input (and what mv-apply expanded).</param>
public sealed record Placeholder(int Id, ImmutableArray<Column> Columns) : Relation(Columns);

/// <summary>where: the rows for which the predicate is true.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Predicate">Of type bool.</param>
public sealed record Filter(Relation Input, Scalar Predicate) : Relation(Input.Columns);

/// <summary>project, extend, and their kin: the output columns in order, each over the input's columns (never over one another).
/// Values may hold window functions (<see cref="Functions.FunctionKind.Window"/>) when the input is serialized.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Items">All output columns; those passed through are a ColumnRef to themselves.</param>
public sealed record Project(Relation Input, ImmutableArray<Assignment> Items) : Relation([.. Items.Select(i => i.Column)]);

/// <summary>serialize: the order of rows matters from here on.</summary>
/// <param name="Input">The rows.</param>
public sealed record Serialize(Relation Input) : Relation(Input.Columns);

/// <summary>One key of an order.</summary>
/// <param name="Value">What is compared.</param>
/// <param name="Descending">desc, which is Kusto's default.</param>
/// <param name="NullsFirst">As written, or nulls last for desc and first for asc.</param>
public sealed record SortKey(Scalar Value, bool Descending, bool NullsFirst);

/// <summary>sort by, order by.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Keys">First key first.</param>
public sealed record Sort(Relation Input, ImmutableArray<SortKey> Keys) : Relation(Input.Columns);

/// <summary>take, limit: any rows, the first where the input is sorted.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Count">A constant of type long.</param>
public sealed record Take(Relation Input, Scalar Count) : Relation(Input.Columns);

/// <summary>top N by …</summary>
/// <param name="Input">The rows.</param>
/// <param name="Count">A constant of type long.</param>
/// <param name="Keys">The order.</param>
public sealed record Top(Relation Input, Scalar Count, ImmutableArray<SortKey> Keys) : Relation(Input.Columns);

/// <summary>sample N: that many rows by chance.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Count">A constant of type long.</param>
public sealed record Sample(Relation Input, Scalar Count) : Relation(Input.Columns);

/// <summary>distinct over all columns of the input; null is one value.</summary>
/// <param name="Input">The rows.</param>
public sealed record Distinct(Relation Input) : Relation(Input.Columns);

/// <summary>summarize. Without keys one row always comes out, with keys none for an empty input.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Keys">Group keys (null is one value), over the input; first in the output.</param>
/// <param name="Values">Expressions over aggregate calls.</param>
/// <param name="Columns">Keys then values.</param>
public sealed record Summarize(Relation Input, ImmutableArray<Assignment> Keys, ImmutableArray<Assignment> Values, ImmutableArray<Column> Columns)
    : Relation(Columns);

/// <summary>getschema over an input whose columns only execution knows.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Columns">ColumnName, ColumnOrdinal, DataType, ColumnType.</param>
public sealed record GetSchema(Relation Input, ImmutableArray<Column> Columns) : Relation(Columns);
