using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Conversions between types, with what tolong(), tostring() and their kin give.</summary>
internal static class ConversionSql
{
    /// <summary>SQL that turns a value of one type into another; what does not convert is null ('' for a text).</summary>
    public static string Convert(string value, KqlType from, KqlType to) => from == to ? value : to switch
    {
        KqlType.String => ToText(value, from),
        KqlType.Dynamic => ToDynamic(value, from),
        KqlType.Bool => ToBool(value, from),
        KqlType.Int => ToInt(value, from),
        KqlType.Long => ToLong(value, from),
        KqlType.Real => ToReal(value, from),
        KqlType.Decimal => from is KqlType.Real ? $"k_decimal_r({value})" : from is KqlType.Int or KqlType.Long ? $"({value})::VARCHAR" : $"k_decimal_s({ToText(value, from)})",
        KqlType.DateTime => from is KqlType.String ? $"k_datetime_s({value})" : from is KqlType.Dynamic ? $"k_datetime_d({value})" : ToLong(value, from),
        KqlType.TimeSpan => from is KqlType.String ? $"k_timespan_s({value})" : from is KqlType.Dynamic ? $"k_timespan_d({value})" : ToLong(value, from),
        KqlType.Guid => $"k_guid_s({ToText(value, from)})",
        _ => value,
    };

    private static string ToText(string value, KqlType from) => from switch
    {
        KqlType.Bool => $"(CASE WHEN {value} THEN 'True' WHEN NOT ({value}) THEN 'False' ELSE '' END)",
        KqlType.Int or KqlType.Long => $"coalesce(({value})::VARCHAR, '')",
        KqlType.Real => $"k_text_r({value})",
        KqlType.DateTime => $"k_text_t({value})",
        KqlType.TimeSpan => $"k_text_p({value})",
        KqlType.Dynamic => $"coalesce(json_extract_string({value}, '$'), '')",
        KqlType.String => value,
        _ => $"coalesce({value}, '')",
    };

    /// <summary>The JSON of a value; null for null.</summary>
    private static string ToDynamic(string value, KqlType from) => from switch
    {
        KqlType.Bool or KqlType.Int or KqlType.Long => $"({value})::VARCHAR",
        KqlType.Real => $"k_json_r({value})",
        KqlType.DateTime => $"('\"' || nullif(k_text_t({value}), '') || '\"')",
        KqlType.TimeSpan => $"('\"' || nullif(k_text_p({value}), '') || '\"')",
        KqlType.Decimal or KqlType.Guid => $"('\"' || ({value}) || '\"')",
        _ => $"to_json({value})::VARCHAR",
    };

    private static string ToBool(string value, KqlType from) => from switch
    {
        KqlType.String => $"k_bool_s({value})",
        KqlType.Dynamic => $"k_bool_d({value})",
        KqlType.Decimal => $"(({value})::DOUBLE <> 0)",
        _ => $"(({value}) <> 0)",
    };

    private static string ToInt(string value, KqlType from) => from switch
    {
        KqlType.Bool => $"({value})::INTEGER",
        KqlType.String => $"k_int_s({value})",
        KqlType.Dynamic => $"k_int_l(k_long_d({value}))",
        _ => $"k_int_l({ToLong(value, from)})",
    };

    private static string ToLong(string value, KqlType from) => from switch
    {
        KqlType.Bool or KqlType.Int => $"({value})::BIGINT",
        KqlType.Real => $"k_long_r({value})",
        KqlType.Decimal => $"k_long_m({value})",
        KqlType.String => $"k_long_s({value})",
        KqlType.Dynamic => $"k_long_d({value})",
        KqlType.Guid => "NULL::BIGINT",
        _ => value,
    };

    private static string ToReal(string value, KqlType from) => from switch
    {
        KqlType.Bool => $"({value})::INTEGER::DOUBLE",
        KqlType.String => $"k_real_s({value})",
        KqlType.Dynamic => $"k_real_d({value})",
        KqlType.Guid => "NULL::DOUBLE",
        _ => $"({value})::DOUBLE",
    };
}
