using System.Collections.Immutable;

namespace Weir.Kql.Plan;

/// <summary>How parse reads its text.</summary>
public enum ParseKind
{
    /// <summary>Literal texts between lazy captures; all or nothing.</summary>
    Simple,
    /// <summary>The texts are regular expressions.</summary>
    Regex,
    /// <summary>Literal texts; a column whose value does not convert is null, the others stay.</summary>
    Relaxed,
}

/// <summary>A piece of parse's pattern: exactly one of the three is set.</summary>
/// <param name="Text">A literal text (a regular expression for kind=regex).</param>
/// <param name="Column">A capture, of the column's type.</param>
/// <param name="Star">Anything.</param>
public sealed record ParsePart(string? Text, Column? Column, bool Star);

/// <summary>parse and parse-where.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Source">The text that is read.</param>
/// <param name="Kind">How.</param>
/// <param name="Flags">Of the regular expression: letters of i, m, s, U.</param>
/// <param name="Parts">The pattern.</param>
/// <param name="DropUnmatched">parse-where: rows that do not match go.</param>
/// <param name="Columns">The input's, a captured one in its place, new ones at the end.</param>
public sealed record Parse(
    Relation Input, Scalar Source, ParseKind Kind, string Flags, ImmutableArray<ParsePart> Parts, bool DropUnmatched, ImmutableArray<Column> Columns)
    : Relation(Columns);

/// <summary>parse-kv.</summary>
/// <param name="Input">The rows.</param>
/// <param name="Source">The text that is read.</param>
/// <param name="Keys">The columns; a key is found by the column's name.</param>
/// <param name="PairDelimiter">Between pairs; null: any character that is neither of a word nor a quote.</param>
/// <param name="KeyValueDelimiter">Between key and value; null as above.</param>
/// <param name="Quotes">Opening and closing quotes, each a text.</param>
/// <param name="Escape">The escape character in quoted values, or null.</param>
/// <param name="Greedy">greedy=true: a value runs to the next pair.</param>
/// <param name="Regex">regex=@"…" with two groups, instead of delimiters; or null.</param>
/// <param name="Columns">The input's, then the keys.</param>
public sealed record ParseKv(
    Relation Input, Scalar Source, ImmutableArray<Column> Keys, string? PairDelimiter, string? KeyValueDelimiter,
    ImmutableArray<(string Open, string Close)> Quotes, string? Escape, bool Greedy, string? Regex, ImmutableArray<Column> Columns)
    : Relation(Columns);
