using System.Collections.Immutable;
using Weir.Kql.Types;

namespace Weir.Kql.Plan;

/// <summary>One expression of mv-expand or mv-apply.</summary>
/// <param name="Column">Where the elements go.</param>
/// <param name="Value">Dynamic: an array, or a bag that gives one single-key bag each.</param>
/// <param name="Type">Elements become this (to typeof); dynamic when not written.</param>
public sealed record ExpandItem(Column Column, Scalar Value, KqlType Type);

/// <summary>mv-expand. Several columns zip, padded with null; null gives one row, an empty array none.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Items">What is expanded.</param>
/// <param name="BagAsArray">bagexpansion=array: a bag gives [key, value] pairs.</param>
/// <param name="Index">The column of with_itemindex, from 0; or null.</param>
/// <param name="Limit">Rows at most for each input row, or null.</param>
/// <param name="Columns">The input's, an expanded one in its place, new ones at the end.</param>
public sealed record MvExpand(Relation Input, ImmutableArray<ExpandItem> Items, bool BagAsArray, Column? Index, long? Limit, ImmutableArray<Column> Columns)
    : Relation(Columns);

/// <summary>mv-apply: for each row the body runs over the rows that the expansion gives.</summary>
/// <param name="Id">What the body's <see cref="Placeholder"/> names.</param>
/// <param name="Input">The rows.</param>
/// <param name="Items">What is expanded.</param>
/// <param name="Index">The column of with_itemindex, or null.</param>
/// <param name="Limit">Rows at most for each input row, or null.</param>
/// <param name="Body">Over a placeholder with the input's columns, the expanded ones in place or at the end.</param>
/// <param name="Output">The output: columns of the input row, then those of the body.</param>
public sealed record MvApply(
    int Id, Relation Input, ImmutableArray<ExpandItem> Items, Column? Index, long? Limit, Relation Body, ImmutableArray<Assignment> Output)
    : Relation([.. Output.Select(i => i.Column)]);

/// <summary>An aggregate of make-series.</summary>
/// <param name="Column">The array column.</param>
/// <param name="Value">Expression over aggregate calls.</param>
/// <param name="Default">What a bin without rows has.</param>
public sealed record SeriesItem(Column Column, Scalar Value, Scalar Default);

/// <summary>make-series: an array a group with one element a bin.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Items">The aggregates.</param>
/// <param name="Axis">The array column of bin starts.</param>
/// <param name="AxisValue">What is binned.</param>
/// <param name="From">First bin's start, or null: the least value's bin.</param>
/// <param name="To">End, exclusive, or null: after the greatest value.</param>
/// <param name="Inclusive">In range(a, b, c) form the end belongs.</param>
/// <param name="Step">The bins' width.</param>
/// <param name="Keys">Groups.</param>
/// <param name="NonEmpty">kind=nonempty: one row of defaults also for an empty input.</param>
/// <param name="Columns">Keys, items, axis.</param>
public sealed record MakeSeries(
    Relation Input, ImmutableArray<SeriesItem> Items, Column Axis, Scalar AxisValue, Scalar? From, Scalar? To, bool Inclusive, Scalar Step,
    ImmutableArray<Assignment> Keys, bool NonEmpty, ImmutableArray<Column> Columns)
    : Relation(Columns);
