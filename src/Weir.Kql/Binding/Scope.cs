using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;

namespace Weir.Kql.Binding;

/// <summary>Names that let statements and parameters gave; the inner ones hide the outer.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, Named> _names = new(StringComparer.Ordinal);

    public Named? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._names.TryGetValue(name, out var named)) return named;
        }

        return null;
    }

    public void Set(string name, Named named) => _names[name] = named;

    public bool Declares(string name) => _names.ContainsKey(name);

    public IEnumerable<string> Names => outer is null ? _names.Keys : _names.Keys.Concat(outer.Names);

    private Scope? Outer => outer;
}

/// <summary>What a name stands for.</summary>
internal abstract record Named;

internal sealed record NamedScalar(Scalar Value) : Named;

internal sealed record NamedTable(SharedQuery Query, bool Open) : Named;

internal sealed record NamedFunction(string Name, FunctionDeclaration Declaration, Scope Closure) : Named;

/// <summary>A let whose value had an error: its uses say no more.</summary>
internal sealed record NamedError : Named;

/// <summary>What an expression stands over.</summary>
/// <param name="Columns">The columns that names find.</param>
internal sealed record RowScope(ImmutableArray<Column> Columns)
{
    public static RowScope None { get; } = new([]);

    /// <summary>Other columns may be there too: unknown names are no error.</summary>
    public bool Open { get; init; }

    /// <summary>For join conditions: $left and $right.</summary>
    public ImmutableArray<Column> Right { get; init; }

    /// <summary>Steps of the scan operator, by name.</summary>
    public ImmutableDictionary<string, ImmutableArray<Column>> Steps { get; init; } = ImmutableDictionary<string, ImmutableArray<Column>>.Empty;

    /// <summary>Aggregates may be called here (summarize, make-series); columns only inside them.</summary>
    public bool Aggregating { get; init; }

    /// <summary>The relation that the columns are of: window functions need its rows in an order. Null where there are no rows.</summary>
    public Relation? Rows { get; init; }

    /// <summary>The columns that summarize groups by: arg_max(x, *) leaves them out.</summary>
    public ImmutableArray<string> GroupedBy { get; init; } = [];
}
