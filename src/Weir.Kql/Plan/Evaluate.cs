using System.Collections.Immutable;
using Weir.Kql.Functions;

namespace Weir.Kql.Plan;

/// <summary>evaluate PLUGIN(…).</summary>
/// <param name="Input">The rows; null when the plugin stands first.</param>
/// <param name="Plugin">Which.</param>
/// <param name="Arguments">Scalars over the input, in order; a table argument is null here.</param>
/// <param name="Tables">Table arguments by position.</param>
/// <param name="Columns">What comes out, as far as it is known.</param>
/// <param name="Open">The columns depend on the data and nobody has said them: these are what is certain.</param>
public sealed record Evaluate(
    Relation? Input, FunctionSymbol Plugin, ImmutableArray<Scalar?> Arguments, ImmutableDictionary<int, Relation> Tables, ImmutableArray<Column> Columns, bool Open)
    : Relation(Columns);
