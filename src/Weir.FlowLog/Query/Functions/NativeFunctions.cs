namespace Weir.FlowLog.Query.Functions;

/// <summary>Every function that DuckDB lacks. Names begin with k_, so that they never hide one of DuckDB's own.</summary>
internal static class NativeFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        .. ConversionFunctions.All,
        .. TermFunctions.All,
        .. TextFunctions.All,
        .. TimeFunctions.All,
        .. MathFunctions.All,
        .. ArrayFunctions.All,
        .. BagFunctions.All,
        .. SeriesFunctions.All,
        .. ParseFunctions.All,
        .. EncodingFunctions.All,
        .. AddressFunctions.All,
        .. UrlFunctions.All,
        .. DigestFunctions.All,
    ];
}
