namespace Weir.Kql.Sql.Tables;

/// <summary>Functions of series. <see cref="FunctionSql"/> says how a line reads.</summary>
internal static class SeriesSql
{
    public const string Table = """
        series_add dd d k_series_op('+', {*})
        series_subtract dd d k_series_op('-', {*})
        series_multiply dd d k_series_op('*', {*})
        series_divide dd d k_series_op('/', {*})
        series_pow dd d k_series_op('^', {*})
        series_greater dd d k_series_op('>', {*})
        series_greater_equals dd d k_series_op('>=', {*})
        series_less dd d k_series_op('<', {*})
        series_less_equals dd d k_series_op('<=', {*})
        series_equals dd d k_series_op('==', {*})
        series_not_equals dd d k_series_op('!=', {*})
        series_exp d d k_series_map('exp', {0})
        series_sign d d k_series_map('sign', {0})
        series_abs d d k_series_map('abs', {0})
        series_sin d d k_series_map('sin', {0})
        series_asin d d k_series_map('asin', {0})
        series_cos d d k_series_map('cos', {0})
        series_acos d d k_series_map('acos', {0})
        series_tan d d k_series_map('tan', {0})
        series_atan d d k_series_map('atan', {0})
        series_log d d k_series_map('log', {0})
        series_floor d d k_series_map('floor', {0})
        series_ceiling d d k_series_map('ceiling', {0})
        series_sum d r
        series_product d r
        series_dot_product dd r
        series_magnitude d r
        series_pearson_correlation dd r
        series_cosine_similarity ddr?r? r
        series_fir ddb?b? d
        series_iir ddd d
        series_fill_forward dd? d
        series_fill_backward dd? d
        series_fill_const dd?d? d
        series_fill_linear dd?b?d? d
        series_stats_dynamic db? d
        series_stats db? d k_series_stats_dynamic({*})
        series_fit_line_dynamic d d
        series_fit_line d d k_series_fit_line_dynamic({0})
        series_outliers d d
        """;
}
