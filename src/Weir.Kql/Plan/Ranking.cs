using System.Collections.Immutable;

namespace Weir.Kql.Plan;

/// <summary>One level of top-nested.</summary>
/// <param name="Count">How many values, or null: all.</param>
/// <param name="Key">The column with the level's value.</param>
/// <param name="KeyValue">Over the input.</param>
/// <param name="Others">The value of the row that stands for all other values, or null.</param>
/// <param name="Aggregate">The column with the aggregate, and its expression.</param>
/// <param name="Descending">Order of the aggregate.</param>
public sealed record TopNestedLevel(Scalar? Count, Column Key, Scalar KeyValue, Scalar? Others, Assignment Aggregate, bool Descending);

/// <summary>top-nested: the top values of the first level, in each the top of the second, and so on.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Levels">Outermost first.</param>
/// <param name="Columns">Key and aggregate of each level.</param>
public sealed record TopNested(Relation Input, ImmutableArray<TopNestedLevel> Levels, ImmutableArray<Column> Columns) : Relation(Columns);

/// <summary>A step of the scan operator.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Optional">May be passed over.</param>
/// <param name="Output">all, last or none.</param>
/// <param name="Condition">Over the input's columns and <see cref="StepState"/>.</param>
/// <param name="Assignments">To declared columns.</param>
public sealed record ScanStep(string Name, bool Optional, string Output, Scalar Condition, ImmutableArray<Assignment> Assignments);

/// <summary>The scan operator: sequences of rows that match steps.</summary>
/// <param name="Input">The rows, serialized.</param>
/// <param name="OrderBy">Order inside the operator, or none.</param>
/// <param name="PartitionBy">Partitions, or none.</param>
/// <param name="Declared">Declared columns with their defaults.</param>
/// <param name="Steps">In order.</param>
/// <param name="MatchId">The column of with_match_id, or null.</param>
/// <param name="Columns">The input's, the declared, the match id.</param>
public sealed record MatchRows(
    Relation Input, ImmutableArray<SortKey> OrderBy, ImmutableArray<Scalar> PartitionBy, ImmutableArray<Assignment> Declared,
    ImmutableArray<ScanStep> Steps, Column? MatchId, ImmutableArray<Column> Columns)
    : Relation(Columns);
