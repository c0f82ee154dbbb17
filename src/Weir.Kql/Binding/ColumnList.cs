using System.Collections.Immutable;
using System.Globalization;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;

namespace Weir.Kql.Binding;

/// <summary>Output columns as they are declared: unique names, replaced in place.</summary>
internal sealed class ColumnList(DiagnosticBag diagnostics)
{
    private const int Most = 10_000;
    private readonly List<Assignment> _items = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    public ImmutableArray<Assignment> Items => [.. _items];

    public int Count => _items.Count;

    public Assignment Last => _items[^1];

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>A column that passes through.</summary>
    public void Keep(Column column) => Append(new(column, new ColumnRef(column)));

    public void Append(Assignment item)
    {
        if (_items.Count >= Most)
        {
            diagnostics.Add("WK002", $"A table has at most {Most} columns.", 0, 0, "ask for fewer columns, or keep them in one dynamic column with bag_pack(…)");
            return;
        }

        _byName[item.Column.Name] = _items.Count;
        _items.Add(item);
    }

    /// <summary>A column that the user named; an error when it was named before in the same list.</summary>
    public void Declare(Assignment item, NameExpr name)
    {
        if (!_written.Add(item.Column.Name))
        {
            diagnostics.Add("KS171", $"A column with the name '{item.Column.Name}' is already declared.", name.Start, name.Length, "give it another name");
            return;
        }

        if (_byName.TryGetValue(item.Column.Name, out var at)) _items[at] = item;
        else Append(item);
    }

    /// <summary>The name itself when it is free, else with the first number that makes it so; Column1 … when there is none.</summary>
    public string Free(string? name)
    {
        if (name is not null && !_byName.ContainsKey(name)) return name;
        for (var i = _numbered.GetValueOrDefault(name ?? "Column") + 1; ; i++)
        {
            var candidate = (name ?? "Column") + i.ToString(CultureInfo.InvariantCulture);
            if (_byName.ContainsKey(candidate)) continue;
            _numbered[name ?? "Column"] = i;
            return candidate;
        }
    }
}
