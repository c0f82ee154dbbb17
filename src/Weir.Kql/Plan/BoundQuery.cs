using System.Collections.Immutable;

namespace Weir.Kql.Plan;

/// <summary>How the result wants to be drawn.</summary>
/// <param name="Chart">timechart, columnchart, barchart, piechart, table …</param>
/// <param name="Properties">title, xcolumn, ycolumns, kind …, as written.</param>
public sealed record RenderRequest(string Chart, ImmutableDictionary<string, string> Properties);

/// <summary>One table of a query's answer.</summary>
/// <param name="Name">fork's branch name, or PrimaryResult.</param>
/// <param name="Root">The plan.</param>
/// <param name="Render">render, or null.</param>
public sealed record ResultTable(string Name, Relation Root, RenderRequest? Render);

/// <summary>A bound query.</summary>
/// <param name="Tables">One for most; one a branch for fork and facet, one a statement.</param>
/// <param name="Options">Of set statements, as written.</param>
public sealed record BoundQuery(ImmutableArray<ResultTable> Tables, ImmutableDictionary<string, string> Options);
