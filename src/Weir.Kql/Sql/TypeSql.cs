using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>How a value of each type stands in DuckDB. Instants and lengths of time are ticks, for TIMESTAMP would lose 100 ns.</summary>
internal static class TypeSql
{
    public static string Of(KqlType type) => type switch
    {
        KqlType.Bool => "BOOLEAN",
        KqlType.Int => "INTEGER",
        KqlType.Long or KqlType.DateTime or KqlType.TimeSpan => "BIGINT",
        KqlType.Real => "DOUBLE",
        _ => "VARCHAR", // a dynamic is its JSON, a guid its text, a decimal its digits
    };
}
