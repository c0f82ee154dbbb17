namespace Weir.Kql.Sql.Tables;

/// <summary>Functions of instants and lengths of time. <see cref="FunctionSql"/> says how a line reads.</summary>
internal static class TimeSql
{
    public const string Table = """
        todatetime t l {0}
        totimespan p l {0}
        totime = totimespan
        make_datetime t l {0}
        make_datetime vvvv?v?v? l
        make_timespan p l {0}
        make_timespan vvv?v? l
        datetime_add slt l
        datetime_diff stt l
        datetime_part st l
        datepart = datetime_part
        dayofweek t l ((({0} // 864000000000 + 1) % 7) * 864000000000)
        dayofmonth t l k_datetime_part('day', {0})
        dayofyear t l k_datetime_part('dayofyear', {0})
        hourofday t l (({0} // 36000000000) % 24)
        weekofyear t l k_datetime_part('week_of_year', {0})
        week_of_year t l k_datetime_part('week_of_year', {0})
        monthofyear t l k_datetime_part('month', {0})
        getmonth t l k_datetime_part('month', {0})
        getyear t l k_datetime_part('year', {0})
        startofday t l ({0} - {0} % 864000000000)
        startofday tl l k_startof('day', {*})
        startofweek tl? l k_startof('week', {*})
        startofmonth tl? l k_startof('month', {*})
        startofyear tl? l k_startof('year', {*})
        endofday tl? l k_endof('day', {*})
        endofweek tl? l k_endof('week', {*})
        endofmonth tl? l k_endof('month', {*})
        endofyear tl? l k_endof('year', {*})
        format_datetime ts s
        format_timespan ps s
        unixtime_seconds_todatetime v l k_unixtime(10000000, {0})
        unixtime_milliseconds_todatetime v l k_unixtime(10000, {0})
        unixtime_microseconds_todatetime v l k_unixtime(10, {0})
        unixtime_nanoseconds_todatetime v l k_unixtime(0, {0})
        datetime_local_to_utc ts l
        datetime_utc_to_local ts l
        datetime_list_timezones - d
        """;
}
