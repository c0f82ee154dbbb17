using System.Collections.Immutable;

namespace Weir.Kql.Plan;

/// <summary>The kinds of join. innerunique is what is meant where none is written.</summary>
public enum JoinKind
{
    /// <summary>The left side deduplicated on the keys, then inner.</summary>
    InnerUnique,
    /// <summary>Every pair that matches.</summary>
    Inner,
    /// <summary>And left rows with no match.</summary>
    LeftOuter,
    /// <summary>And right rows with no match.</summary>
    RightOuter,
    /// <summary>And both.</summary>
    FullOuter,
    /// <summary>Left rows with a match.</summary>
    LeftSemi,
    /// <summary>Right rows with a match.</summary>
    RightSemi,
    /// <summary>Left rows with no match.</summary>
    LeftAnti,
    /// <summary>Right rows with no match.</summary>
    RightAnti,
}

/// <summary>A pair of keys; null matches null.</summary>
/// <param name="Left">Over the left side's columns.</param>
/// <param name="Right">Over the right side's columns, of the same type.</param>
public sealed record JoinKey(Scalar Left, Scalar Right);

/// <summary>join and lookup.</summary>
/// <param name="Kind">How; lookup is LeftOuter or Inner.</param>
/// <param name="Left">The left rows.</param>
/// <param name="Right">The right rows.</param>
/// <param name="Keys">All must match; none is a cross join.</param>
/// <param name="Items">The output: each a column of the left or the right side (a missing string is "", other values null).</param>
public sealed record Join(JoinKind Kind, Relation Left, Relation Right, ImmutableArray<JoinKey> Keys, ImmutableArray<Assignment> Items)
    : Relation([.. Items.Select(i => i.Column)]);

/// <summary>One input of a union.</summary>
/// <param name="Input">Its rows.</param>
/// <param name="Values">A value for each column of the union: a column of the input, a null, or the source's name.</param>
public sealed record UnionBranch(Relation Input, ImmutableArray<Scalar> Values);

/// <summary>union: all rows of all inputs, columns by name (find, search and union *, too).</summary>
/// <param name="Branches">The inputs.</param>
/// <param name="Columns">The output's columns.</param>
public sealed record Union(ImmutableArray<UnionBranch> Branches, ImmutableArray<Column> Columns) : Relation(Columns);

/// <summary>partition by KEY (body): the body runs apart for each value of the key, and all results come out.</summary>
/// <param name="Id">What the body's <see cref="Placeholder"/> names.</param>
/// <param name="Input">The rows.</param>
/// <param name="Key">The column that parts them.</param>
/// <param name="Body">Over a placeholder with the input's columns.</param>
public sealed record Partition(int Id, Relation Input, Column Key, Relation Body) : Relation(Body.Columns);
