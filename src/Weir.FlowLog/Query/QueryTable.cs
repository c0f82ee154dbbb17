using System.Collections.Immutable;
using Weir.Kql.Plan;

namespace Weir.FlowLog.Query;

/// <summary>One table of an answer.</summary>
/// <param name="Name">The branch of fork, or PrimaryResult.</param>
/// <param name="Columns">Names and types.</param>
/// <param name="Rows">A row each: null; bool; int; long; double; string; ticks as long for datetime and timespan; JSON text for dynamic.</param>
/// <param name="Render">How it wants to be drawn, or null.</param>
public sealed record QueryTable(string Name, ImmutableArray<Column> Columns, IReadOnlyList<object?[]> Rows, RenderRequest? Render);
