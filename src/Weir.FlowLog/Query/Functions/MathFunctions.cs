using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Functions of numbers, with IEEE's answers where DuckDB raises an error.</summary>
internal static class MathFunctions
{
    public static IEnumerable<NativeFunction> All =>
    [
        One("k_sqrt", Math.Sqrt),
        Real("k_log", r => Positive(r, Math.Log)),
        Real("k_log2", r => Positive(r, Math.Log2)),
        Real("k_log10", r => Positive(r, Math.Log10)),
        One("k_exp", Math.Exp), One("k_exp2", x => Math.Pow(2, x)), One("k_exp10", x => Math.Pow(10, x)),
        Two("k_pow", Math.Pow), Two("k_atan2", Math.Atan2),
        One("k_cos", Math.Cos), One("k_sin", Math.Sin), One("k_tan", Math.Tan), One("k_acos", Math.Acos), One("k_asin", Math.Asin), One("k_atan", Math.Atan),
        One("k_cot", x => 1 / Math.Tan(x)), One("k_degrees", x => x * 180 / Math.PI), One("k_radians", x => x * Math.PI / 180),
        One("k_sign", x => double.IsNaN(x) ? x : Math.Sign(x)),
        One("k_gamma", SpecialMath.Gamma), One("k_loggamma", SpecialMath.LogGamma), One("k_erf", SpecialMath.Erf), One("k_erfc", x => 1 - SpecialMath.Erf(x)),
        Real("k_beta_cdf", r => Three(r, (x, a, b) => a <= 0 && x is >= 0 and <= 1 ? 1 : SpecialMath.BetaCdf(x, a, b))), Real("k_beta_pdf", r => Three(r, SpecialMath.BetaPdf)), Real("k_beta_inv", r => Three(r, SpecialMath.BetaInverse)),
        Real("k_round", r => r.Real(0) is { } x ? Round(x, r.Long(1, 0)) : null),
        Real("k_welch_test", Welch),
        Long("k_binary_shift_left", r => r.Long(0) is { } a && r.Long(1) is { } b ? b is < 0 or > 63 ? b < 0 ? null : 0 : a << (int)b : null),
        Long("k_binary_shift_right", r => r.Long(0) is { } a && r.Long(1) is { } b ? b is < 0 or > 63 ? b < 0 ? null : a < 0 ? -1 : 0 : a >> (int)b : null),
        Real("k_percentilew", r => SeriesMath.WeightedRank(r.Json(0), r.Real(1) ?? 0)),
        Real("k_convert_unit", r => r.Real(1) is { } x ? Units.Convert(r.Text(0), x, r.Text(2), r.Text(3)) : null),
        Text("k_format_bytes", r => r.Real(0) is { } x ? Units.Bytes(x, (int)r.Long(1, 0), r.Count > 2 ? r.Text(2) : null) : ""),
    ];

    private static NativeFunction One(string name, Func<double, double> body) => Real(name, r => r.Real(0) is { } x ? body(x) : null);

    private static double? Positive(FunctionRow row, Func<double, double> body) => row.Real(0) is { } x && !(x < 0) ? body(x) : null;

    private static NativeFunction Two(string name, Func<double, double, double> body) => Real(name, r => r.Real(0) is { } x && r.Real(1) is { } y ? body(x, y) : null);

    private static double? Three(FunctionRow row, Func<double, double, double, double> body) => row.Real(0) is { } x && row.Real(1) is { } a && row.Real(2) is { } b ? body(x, a, b) : null;

    private static double Round(double value, long digits)
    {
        if (!double.IsFinite(value)) return value;
        if (digits is >= 0 and <= 15) return Math.Round(value, (int)digits, MidpointRounding.AwayFromZero);
        var scale = Math.Pow(10, -digits);
        return digits > 15 ? value : Math.Round(value / scale, MidpointRounding.AwayFromZero) * scale;
    }

    private static double? Welch(FunctionRow row)
    {
        if (Enumerable.Range(0, 6).Any(row.IsNull)) return null;
        double m1 = row.Real(0)!.Value, v1 = row.Real(1)!.Value, n1 = row.Real(2)!.Value, m2 = row.Real(3)!.Value, v2 = row.Real(4)!.Value, n2 = row.Real(5)!.Value;
        var (a, b) = (v1 / n1, v2 / n2);
        var t = (m1 - m2) / Math.Sqrt(a + b);
        var freedom = (a + b) * (a + b) / ((a * a / (n1 - 1)) + (b * b / (n2 - 1)));
        return SpecialMath.BetaCdf(freedom / (freedom + (t * t)), freedom / 2, 0.5);
    }
}
