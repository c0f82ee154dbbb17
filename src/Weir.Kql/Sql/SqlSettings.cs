namespace Weir.Kql.Sql;

/// <summary>What a translation needs to know besides the plan.</summary>
/// <param name="NowTicks">now() for the whole query: 100-ns ticks since 0001-01-01 UTC.</param>
/// <param name="Tables">What stands in FROM for a table of the catalogue: given its name, the SQL of its source.</param>
/// <param name="PathColumn">A real column that holds a dynamic column's path as text ('' where missing), as SQL over the source; null where there is none.
/// Given are the table, the column and the members from the outside in.</param>
public sealed record SqlSettings(
    long NowTicks,
    Func<string, string> Tables,
    Func<string, string, IReadOnlyList<string>, string?>? PathColumn = null);
