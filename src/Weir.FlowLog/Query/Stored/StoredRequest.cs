namespace Weir.FlowLog.Query.Stored;

/// <summary>Which stored flows are read, and how.</summary>
/// <param name="From">The earliest time, in ticks.</param>
/// <param name="Until">The latest time, in ticks.</param>
/// <param name="NewestFirst">Whether later ones come first.</param>
/// <param name="PageRows">How many are fetched at once; as many are sorted in memory.</param>
public sealed record StoredRequest(long From, long Until, bool NewestFirst, int PageRows = 5_000)
{
    /// <summary>All conditions of any of these lists have to hold; empty for every flow.</summary>
    public IReadOnlyList<IReadOnlyList<StoredCondition>> Any { get; init; } = [];

    /// <summary>The condition in SQL.</summary>
    internal string Sql => Any.Count == 0 || Any.Any(all => all.Count == 0)
        ? "true"
        : $"({string.Join(" OR ", Any.Select(all => string.Join(" AND ", all.Select(c => c.Sql()))))})";
}
