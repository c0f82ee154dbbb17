namespace Weir.FlowLog.Query.Data;

/// <summary>Which stored rows are read: those for which all conditions of any of these lists hold.</summary>
/// <param name="Any">The lists; no list, or an empty one, is every row.</param>
public sealed record StoredFilter(IReadOnlyList<IReadOnlyList<StoredCondition>> Any)
{
    /// <summary>Every row.</summary>
    public static StoredFilter All { get; } = new([]);

    /// <summary>The condition in SQL.</summary>
    internal string Sql => Any.Count == 0 || Any.Any(all => all.Count == 0)
        ? "true"
        : $"({string.Join(" OR ", Any.Select(all => string.Join(" AND ", all.Select(c => c.Sql()))))})";
}
