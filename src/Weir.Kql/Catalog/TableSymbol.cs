using System.Collections.Immutable;
using Weir.Kql.Types;

namespace Weir.Kql.Catalog;

/// <summary>A stored table, as queries see it.</summary>
/// <param name="Name">Its name; names differ by case.</param>
/// <param name="Columns">Names and types in order.</param>
public sealed record TableSymbol(string Name, ImmutableArray<(string Name, KqlType Type)> Columns);
