namespace Weir.FlowLog.Query.Data;

/// <summary>A condition on a stored column that the store can check by itself: the column is one of these values, or begins with one.</summary>
/// <param name="Column">A column of <see cref="Store.SegmentColumns"/>, of texts or numbers.</param>
/// <param name="Values">Any of these.</param>
/// <param name="IsPrefix">Whether the column only has to begin so.</param>
public sealed record StoredCondition(string Column, IReadOnlyList<string> Values, bool IsPrefix = false)
{
    /// <summary>In SQL; an unknown column or an empty list is a bug of the caller.</summary>
    internal string Sql()
    {
        if (Values.Count == 0 || Store.SegmentColumns.All.All(c => c.Name != Column)) throw new ArgumentException($"'{Column}' with {Values.Count} values is no condition.");
        var text = IsPrefix ? "" : $"{Column}::VARCHAR IN ({string.Join(", ", Values.Select(Quoted))})";
        return IsPrefix ? $"({string.Join(" OR ", Values.Select(v => $"starts_with({Column}, {Quoted(v)})"))})" : text;
    }

    private static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
