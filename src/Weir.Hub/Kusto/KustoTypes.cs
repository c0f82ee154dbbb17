using Weir.Kql.Types;

namespace Weir.Hub.Kusto;

/// <summary>The names that types have in answers of version 1.</summary>
internal static class KustoTypes
{
    /// <summary>The DataType of a column; a bool is an SByte there, as from the engine.</summary>
    public static string DataType(KqlType type) => type switch
    {
        KqlType.Bool => "SByte",
        KqlType.Int => "Int32",
        KqlType.Long => "Int64",
        KqlType.Real => "Double",
        KqlType.Decimal => "SqlDecimal",
        KqlType.DateTime => "DateTime",
        KqlType.TimeSpan => "TimeSpan",
        KqlType.Guid => "Guid",
        KqlType.Dynamic => "Object",
        _ => "String",
    };
}
