using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql;

/// <summary>What the binder needs beyond the text and the tables.</summary>
public sealed record KqlOptions
{
    /// <summary>Columns of a plugin whose result depends on the data (bag_unpack, pivot …): runs the input and tells names and types. Null: they stay unknown.</summary>
    public Func<Evaluate, ImmutableArray<(string Name, KqlType Type)>?>? Discover { get; init; }

    /// <summary>Values of declared query parameters, as literals in KQL.</summary>
    public ImmutableDictionary<string, string> Parameters { get; init; } = ImmutableDictionary<string, string>.Empty;
}
