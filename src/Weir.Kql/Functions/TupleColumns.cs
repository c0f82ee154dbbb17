using System.Collections.Frozen;
using System.Collections.Immutable;
using Weir.Kql.Types;

namespace Weir.Kql.Functions;

/// <summary>Functions that give several columns: their value is a bag with these properties, in order.</summary>
public static class TupleColumns
{
    /// <summary>Property names and types, by function.</summary>
    public static FrozenDictionary<string, ImmutableArray<(string Name, KqlType Type)>> ByFunction { get; } = new Dictionary<string, string>
    {
        ["series_stats"] = "min:real min_idx:long max:real max_idx:long avg:real stdev:real variance:real",
        ["series_fit_line"] = "rsquare:real slope:real variance:real rvariance:real interception:real line_fit:dynamic",
        ["series_fit_2lines"] = "rsquare:real split_idx:long variance:real rvariance:real line_fit:dynamic right_rsquare:real right_slope:real right_interception:real "
            + "right_variance:real right_rvariance:real left_rsquare:real left_slope:real left_interception:real left_variance:real left_rvariance:real",
        ["series_periods_detect"] = "periods:dynamic scores:dynamic",
        ["series_periods_validate"] = "periods:dynamic scores:dynamic",
        ["series_decompose"] = "baseline:dynamic seasonal:dynamic trend:dynamic residual:dynamic",
        ["series_decompose_anomalies"] = "ad_flag:dynamic ad_score:dynamic baseline:dynamic",
        ["series_decompose_forecast"] = "forecast:dynamic seasonal:dynamic trend:dynamic residual:dynamic",
        ["series_fft"] = "real:dynamic imag:dynamic",
        ["series_ifft"] = "real:dynamic imag:dynamic",
        ["series_fit_poly"] = "rsquare:real coefficients:dynamic variance:real rvariance:real poly_fit:dynamic",
    }.ToFrozenDictionary(p => p.Key, p => Fields(p.Value));

    private static ImmutableArray<(string, KqlType)> Fields(string text) =>
        [.. text.Split(' ').Select(f => f.Split(':')).Select(f => (f[0], KqlTypes.TryParse(f[1], out var type) ? type : KqlType.Dynamic))];
}
