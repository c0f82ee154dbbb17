namespace Weir.Kql.Functions;

/// <summary>Functions of instants and lengths of time. <see cref="SignatureReader"/> says how a line reads.</summary>
internal static class TimeFunctions
{
    public const string Table = """
        first todatetime(any): datetime
        first totimespan(any): timespan
        first totime(any): timespan
        first format_datetime(datetime, literal string): string
        first format_timespan(timespan, literal string): string
        only make_datetime(number, number, number, number?, number?, number?): datetime | (any): datetime
        only make_timespan(number, number, number, number): timespan | (number, number, number?): timespan | (any): timespan
        datetime_add(literal string, integer, datetime): datetime
        datetime_diff(literal string, datetime, datetime): =datediff
        dayofweek(datetime): timespan
        dayofmonth(datetime): int
        dayofyear(datetime): int
        hourofday(datetime): long
        weekofyear(datetime): int
        week_of_year(datetime): int
        monthofyear(datetime): long
        first startofday(datetime, long?): datetime
        startofweek(datetime, long?): datetime
        startofmonth(datetime, long?): datetime
        startofyear(datetime, long?): datetime
        endofday(datetime, long?): datetime
        endofweek(datetime, long?): datetime
        endofmonth(datetime, long?): datetime
        endofyear(datetime, long?): datetime
        getyear(datetime): long
        getmonth(datetime): int
        datepart(literal string, datetime): long
        datetime_part(literal string, datetime): long
        now(timespan?): datetime
        ago(timespan): datetime
        unixtime_seconds_todatetime(number): datetime
        unixtime_milliseconds_todatetime(number): datetime
        unixtime_microseconds_todatetime(number): datetime
        unixtime_nanoseconds_todatetime(number): datetime
        datetime_local_to_utc(datetime, string): datetime
        datetime_utc_to_local(datetime, string): datetime
        datetime_list_timezones(): dynamic
        """;
}
