using System.Globalization;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>
/// The one place where a user's values become SQL text for DuckDB. Within quotes DuckDB knows one escape, the doubled quote; a zero
/// character, which its parser would take for the end of the text, is written as chr(0).
/// </summary>
internal static class SqlLiteral
{
    /// <summary>A text in single quotes.</summary>
    public static string Text(string value)
    {
        var quoted = $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        return value.Contains('\0', StringComparison.Ordinal) ? $"({quoted.Replace("\0", "' || chr(0) || '", StringComparison.Ordinal)})" : quoted;
    }

    /// <summary>A 64-bit integer; the least one has no literal of its own.</summary>
    public static string Long(long value) => value switch
    {
        long.MinValue => "CAST('-9223372036854775808' AS BIGINT)",
        < 0 => $"({Digits(value)})::BIGINT",
        _ => $"{Digits(value)}::BIGINT",
    };

    /// <summary>A double, from the text that gives the same bits back.</summary>
    public static string Real(double value) => double.IsNaN(value) ? "'NaN'::DOUBLE"
        : double.IsInfinity(value) ? value > 0 ? "'Infinity'::DOUBLE" : "'-Infinity'::DOUBLE"
        : $"'{value.ToString("R", CultureInfo.InvariantCulture)}'::DOUBLE";

    /// <summary>A bound constant, in the form that its type has in DuckDB (see <see cref="TypeSql"/>).</summary>
    public static string Of(Literal literal) => literal.Value switch
    {
        null => Null(literal.Type),
        bool b => b ? "TRUE" : "FALSE",
        int i => $"({i.ToString(CultureInfo.InvariantCulture)})::INTEGER",
        long l when literal.Type == KqlType.Int => $"({Digits(l)})::INTEGER",
        long l => Long(l),
        double d => Real(d),
        decimal m => Text(m.ToString(CultureInfo.InvariantCulture)),
        Guid g => Text(g.ToString()),
        string s when literal.Type == KqlType.Dynamic && s == "null" => Null(KqlType.Dynamic),
        string s => Text(s),
        _ => throw new InvalidOperationException($"A constant of type {literal.Value.GetType().Name} has no form in SQL."),
    };

    /// <summary>What is missing: the empty text, or a typed null.</summary>
    public static string Null(KqlType type) => type == KqlType.String ? "''" : $"NULL::{TypeSql.Of(type)}";

    private static string Digits(long value) => value.ToString(CultureInfo.InvariantCulture);
}
