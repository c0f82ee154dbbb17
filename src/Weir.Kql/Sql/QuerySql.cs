using System.Globalization;
using System.Text;
using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>One query on its way to SQL: its settings, the queries it shares, and names that no column has.</summary>
internal sealed class QuerySql(SqlSettings settings)
{
    private readonly Dictionary<int, string> _shared = [];
    private readonly StringBuilder _with = new();
    private readonly Dictionary<int, Func<Placeholder, string>> _placeholders = [];
    private HashSet<int>? _used;
    private int _names;

    /// <summary>The clock, the tables.</summary>
    public SqlSettings Settings => settings;

    /// <summary>Looks through the plan for the columns that nothing needs: they are not even read.</summary>
    public void Prune(Relation root) => _used = UsedColumns.Of(root);

    /// <summary>Whether a column is needed.</summary>
    public bool IsUsed(Column column) => _used is null || _used.Contains(column.Id);

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

    /// <summary>Says what a placeholder's rows are.</summary>
    public void Place(int id, Func<Placeholder, string> rows) => _placeholders[id] = rows;

    /// <summary>A placeholder's rows.</summary>
    public string Placed(Placeholder placeholder) => _placeholders[placeholder.Id](placeholder);
}
