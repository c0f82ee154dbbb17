using System.Collections.Immutable;
using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>A translated plan.</summary>
/// <param name="Text">The SQL.</param>
/// <param name="Columns">What comes out, in order, with the names that users see.</param>
public sealed record SqlStatement(string Text, ImmutableArray<Column> Columns);
