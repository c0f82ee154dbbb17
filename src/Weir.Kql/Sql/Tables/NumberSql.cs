namespace Weir.Kql.Sql.Tables;

/// <summary>Functions of numbers and bits, conversions, conditions. <see cref="FunctionSql"/> says how a line reads.</summary>
internal static class NumberSql
{
    public const string Table = """
        around vvv b ({0} BETWEEN {1} - {2} AND {1} + {2})
        tolong l l {0}
        toint i i {0}
        toreal r r {0}
        todouble r r {0}
        tobool b b {0}
        toboolean b b {0}
        todecimal m m {0}
        toguid g g {0}
        tostring s s {0}
        abs u u abs({0})
        ceiling r r ceil({0})
        round u u k_round({0}, 0)
        round ul u
        sqrt r r
        log r r
        log2 r r
        log10 r r
        exp r r
        exp2 r r
        exp10 r r
        pow rr r
        cos r r
        sin r r
        tan r r
        acos r r
        asin r r
        atan r r
        atan2 rr r
        cot r r
        degrees r r
        radians r r
        sign r r
        gamma r r
        loggamma r r
        erf r r
        erfc r r
        beta_cdf rrr r
        beta_inv rrr r
        beta_pdf rrr r
        welch_test rrrrrr r
        pi - r pi()
        rand - r random()
        rand l r (CASE WHEN {0} > 1 THEN floor(random() * {0}) ELSE random() END)
        new_guid - g uuid()::VARCHAR
        isnan r b isnan({0})
        isinf r b isinf({0})
        isfinite r b isfinite({0})
        binary_and ll l ({0} & {1})
        binary_or ll l ({0} | {1})
        binary_xor ll l xor({0}, {1})
        binary_not l l (~({0}))
        binary_shift_left ll l
        binary_shift_right ll l
        bitset_count_ones l l bit_count({0})::BIGINT
        not b b (NOT {0})
        assert bs b
        convert_angle rss r k_convert_unit('angle', {*})
        convert_energy rss r k_convert_unit('energy', {*})
        convert_force rss r k_convert_unit('force', {*})
        convert_length rss r k_convert_unit('length', {*})
        convert_mass rss r k_convert_unit('mass', {*})
        convert_speed rss r k_convert_unit('speed', {*})
        convert_temperature rss r k_convert_unit('temperature', {*})
        convert_volume rss r k_convert_unit('volume', {*})
        """;
}
