namespace Weir.Kql.Sql;

/// <summary>What a translation needs to know besides the plan.</summary>
/// <param name="NowTicks">now() for the whole query: 100-ns ticks since 0001-01-01 UTC.</param>
/// <param name="Tables">What stands for a table of the catalogue, given its name.</param>
public sealed record SqlSettings(long NowTicks, Func<string, StoredTable> Tables);
