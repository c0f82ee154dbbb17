using System.Collections.Frozen;

namespace Weir.Kql.Functions;

/// <summary>Every function of the official inventory: what is not supported is known by name, and says what to use instead.</summary>
public static class FunctionLibrary
{
    private static readonly FrozenDictionary<string, FunctionSymbol> _scalars = Scalars().ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FunctionSymbol> _aggregates =
        SignatureReader.Read(AggregateFunctions.Table, FunctionKind.Aggregate).Select(Refusals.Mark).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FunctionSymbol> _plugins =
        SignatureReader.Read(PluginNames.Table, FunctionKind.Plugin)
            .Concat(PluginNames.All.Select(n => new FunctionSymbol(n, FunctionKind.Plugin, [])))
            .DistinctBy(f => f.Name).Select(Refusals.Mark).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Scalar and window functions.</summary>
    public static IReadOnlyDictionary<string, FunctionSymbol> ScalarFunctions => _scalars;

    /// <summary>Aggregates.</summary>
    public static IReadOnlyDictionary<string, FunctionSymbol> Aggregates => _aggregates;

    /// <summary>Plugins of evaluate.</summary>
    public static IReadOnlyDictionary<string, FunctionSymbol> Plugins => _plugins;

    private static IEnumerable<FunctionSymbol> Scalars()
    {
        string[] tables =
        [
            TextFunctions.Table, TimeFunctions.Table, NumberFunctions.Table, DynamicFunctions.Table, SeriesFunctions.Table, NetworkFunctions.Table,
            GeoFunctions.Table, SystemFunctions.Table, GeneralFunctions.Table,
        ];
        foreach (var function in tables.SelectMany(t => SignatureReader.Read(t, FunctionKind.Scalar)))
        {
            var kind = function.Name is "row_number" or "row_cumsum" or "row_rank" or "row_rank_min" or "row_rank_dense" or "row_window_session" or "prev" or "next"
                ? FunctionKind.Window : FunctionKind.Scalar;
            yield return Refusals.Mark(function with { Kind = kind, Deterministic = function.Name is not ("rand" or "new_guid") });
        }
    }
}
