using System.Collections.Immutable;

namespace Weir.Kql.Catalog;

/// <summary>The tables of the one database that queries run in.</summary>
/// <param name="Database">The database's name, as current_database() and database("...") know it.</param>
/// <param name="Tables">Its tables; their names are unique.</param>
public sealed record KqlCatalog(string Database, ImmutableArray<TableSymbol> Tables)
{
    /// <summary>No tables: only print, range and datatable have rows.</summary>
    public static KqlCatalog Empty { get; } = new("weir", []);

    /// <summary>The table of that exact name, or null.</summary>
    public TableSymbol? Find(string name) => Tables.FirstOrDefault(t => t.Name == name);
}
