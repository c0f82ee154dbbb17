namespace Weir.Kql.Functions;

/// <summary>Functions of series. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class SeriesFunctions
{
    public const string Table = """
        first series_fir(dynamic, dynamic, bool?, bool?): dynamic
        series_stats(dynamic, const bool?): dynamic
        series_stats_dynamic(dynamic, const bool?): dynamic
        series_fft(dynamic, dynamic?): dynamic
        series_ifft(dynamic, dynamic?): dynamic
        series_fit_poly(dynamic, dynamic?, int?): dynamic
        series_fit_line(dynamic): dynamic
        series_fit_line_dynamic(dynamic): dynamic
        series_fit_2lines(dynamic): dynamic
        series_fit_2lines_dynamic(dynamic): dynamic
        first series_outliers(dynamic, string?, number?): =1 | (dynamic, string, real, real, real?, integer?): =1
        first series_iir(dynamic, dynamic, dynamic): dynamic
        series_periods_detect(dynamic, number, number, long): dynamic
        series_periods_validate(dynamic, number{1,16}): dynamic
        first series_fill_backward(dynamic, number?): =1
        first series_fill_forward(dynamic, number?): =1
        first series_fill_const(dynamic, number?, number?): =1
        first series_fill_linear(dynamic, number?, bool?, number?): =1
        series_add(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_subtract(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_multiply(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_divide(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_pow(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_greater(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_greater_equals(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_less(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_less_equals(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_equals(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_not_equals(dynamic, dynamic): dynamic | (dynamic, number): dynamic | (number, dynamic): dynamic
        series_seasonal(dynamic): dynamic | (dynamic, integer): dynamic | (dynamic, integer, integer): dynamic
        series_exp(dynamic): dynamic
        series_sign(dynamic): dynamic
        series_abs(dynamic): =1
        series_sin(dynamic): dynamic
        series_asin(dynamic): dynamic
        series_cos(dynamic): dynamic
        series_acos(dynamic): dynamic
        series_tan(dynamic): dynamic
        series_atan(dynamic): dynamic
        series_log(dynamic): dynamic
        series_floor(dynamic): dynamic
        series_ceiling(dynamic): =1
        series_decompose(dynamic, integer?, string?, integer?, number?): dynamic
        series_decompose_forecast(dynamic, integer, integer?, string?, number?): dynamic
        series_decompose_anomalies(dynamic, number?, integer?, string?, integer?, string?, number?): dynamic
        series_pearson_correlation(dynamic, dynamic): real
        series_dot_product(dynamic, dynamic): real | (dynamic, number): real | (number, dynamic): real
        series_magnitude(dynamic): real
        series_sum(dynamic): real
        series_product(dynamic): real
        series_cosine_similarity(dynamic, dynamic, real?, real?): real
        """;
}
