using System.Globalization;
using System.Text;
using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>One query on its way to SQL: its settings, the queries it shares, and names that no column has.</summary>
internal sealed class QuerySql(SqlSettings settings)
{
    private readonly Dictionary<int, string> _shared = [];
    private readonly StringBuilder _with = new();
    private readonly Dictionary<int, (string Table, string Column)> _stored = [];
    private readonly Dictionary<int, Func<Placeholder, string>> _placeholders = [];
    private int _names;

    /// <summary>The clock, the tables.</summary>
    public SqlSettings Settings => settings;

    /// <summary>WITH and the shared queries, or nothing.</summary>
    public string With => _with.Length == 0 ? "" : $"WITH RECURSIVE {_with} ";

    /// <summary>A name of ours: never one of a user's.</summary>
    public string NewName(string prefix) => prefix + (++_names).ToString(CultureInfo.InvariantCulture);

    /// <summary>The SELECT of a relation; its columns are named c and their id.</summary>
    public string Relation(Relation relation) => RelationSql.Write(this, relation);

    /// <summary>Expressions over a relation whose columns go by their own names.</summary>
    public ScalarSql Over() => new(this, c => Name(c));

    /// <summary>A column's name in SQL.</summary>
    public static string Name(Column column) => "c" + column.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of a shared query, written once.</summary>
    public string Shared(SharedQuery query)
    {
        if (_shared.TryGetValue(query.Id, out var name)) return name;
        name = NewName("shared");
        _shared.Add(query.Id, name);
        Define($"{name} AS {(query.Materialized ? "MATERIALIZED" : "NOT MATERIALIZED")} ({Relation(query.Body)})");
        return name;
    }

    /// <summary>Adds a named query to WITH.</summary>
    public void Define(string definition) => _with.Append(_with.Length == 0 ? "" : ", ").Append(definition);

    /// <summary>Remembers which stored column an id is, for <see cref="PathColumn"/>.</summary>
    public void Stored(Column column, string table, string name) => _stored[column.Id] = (table, name);

    /// <summary>The real column that holds a path of a dynamic column of a table, where there is one.</summary>
    public string? PathColumn(Column column, IReadOnlyList<string> path) =>
        settings.PathColumn is { } find && _stored.TryGetValue(column.Id, out var stored) ? find(stored.Table, stored.Column, path) : null;

    /// <summary>Says what a placeholder's rows are.</summary>
    public void Place(int id, Func<Placeholder, string> rows) => _placeholders[id] = rows;

    /// <summary>A placeholder's rows.</summary>
    public string Placed(Placeholder placeholder) => _placeholders[placeholder.Id](placeholder);
}
