namespace Weir.Kql.Sql;

/// <summary>A table as it is stored, which need not be how queries see it.</summary>
/// <param name="Source">What stands in FROM.</param>
/// <param name="Column">A column of the catalogue, as SQL over the source.</param>
/// <param name="Path">A dynamic column's path, given as the column and the members from the outside in: null where no real column holds it.</param>
public sealed record StoredTable(string Source, Func<string, StoredValue> Column, Func<string, IReadOnlyList<string>, StoredValue?> Path)
{
    /// <summary>Between which instants, in ticks, a column's values all lie; null where that is not known.</summary>
    public Func<string, (long From, long Until)?> Times { get; init; } = _ => null;

    /// <summary>A table that is stored as queries see it.</summary>
    public static StoredTable Of(string source) => new(source, name => new StoredValue(RelationSql.Identifier(name)), (_, _) => null);
}

/// <summary>A value over a stored table.</summary>
/// <param name="Sql">With Kusto's value: a text is never null.</param>
/// <param name="Plain">
/// Of a text: what is stored of it, null where the text is empty and never empty itself; the engine compares and groups by that without
/// touching every row. Null where there is no such thing.
/// </param>
public sealed record StoredValue(string Sql, string? Plain = null)
{
    /// <summary>
    /// Of a text that is a number and given only where some condition holds: the SQL of both, so that a comparison with digits becomes one of
    /// numbers. Null for any other.
    /// </summary>
    public (string Condition, string Number)? Digits { get; init; }
}
