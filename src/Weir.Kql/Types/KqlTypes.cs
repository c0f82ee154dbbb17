namespace Weir.Kql.Types;

/// <summary>Names of types and the conversions that Kusto makes by itself.</summary>
public static class KqlTypes
{
    private static readonly Dictionary<string, KqlType> _byName = new(StringComparer.Ordinal)
    {
        ["bool"] = KqlType.Bool, ["boolean"] = KqlType.Bool,
        ["int"] = KqlType.Int, ["int32"] = KqlType.Int, ["uint"] = KqlType.Int, ["int8"] = KqlType.Int, ["int16"] = KqlType.Int,
        ["uint8"] = KqlType.Int, ["uint16"] = KqlType.Int, ["uint32"] = KqlType.Long,
        ["long"] = KqlType.Long, ["int64"] = KqlType.Long, ["ulong"] = KqlType.Long, ["uint64"] = KqlType.Long,
        ["real"] = KqlType.Real, ["double"] = KqlType.Real, ["float"] = KqlType.Real,
        ["decimal"] = KqlType.Decimal,
        ["datetime"] = KqlType.DateTime, ["date"] = KqlType.DateTime,
        ["timespan"] = KqlType.TimeSpan, ["time"] = KqlType.TimeSpan,
        ["guid"] = KqlType.Guid, ["uuid"] = KqlType.Guid, ["uniqueid"] = KqlType.Guid,
        ["string"] = KqlType.String, ["dynamic"] = KqlType.Dynamic,
    };

    /// <summary>Every name that a type may be written with.</summary>
    public static IEnumerable<string> Names => _byName.Keys;

    /// <summary>The type that a name stands for; false when it names none.</summary>
    public static bool TryParse(string name, out KqlType type) => _byName.TryGetValue(name, out type);

    /// <summary>The type that a name stands for; Unknown when it names none.</summary>
    public static KqlType Named(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The name that Kusto prints for a type, as in getschema's ColumnType.</summary>
    public static string Name(this KqlType type) => type switch
    {
        KqlType.Bool => "bool",
        KqlType.Int => "int",
        KqlType.Long => "long",
        KqlType.Real => "real",
        KqlType.Decimal => "decimal",
        KqlType.DateTime => "datetime",
        KqlType.TimeSpan => "timespan",
        KqlType.Guid => "guid",
        KqlType.String => "string",
        KqlType.Dynamic => "dynamic",
        _ => "",
    };

    /// <summary>The .NET name that getschema's DataType and the v1 wire format give.</summary>
    public static string ClrName(this KqlType type) => type switch
    {
        KqlType.Bool => "System.SByte",
        KqlType.Int => "System.Int32",
        KqlType.Long => "System.Int64",
        KqlType.Real => "System.Double",
        KqlType.Decimal => "System.Data.SqlTypes.SqlDecimal",
        KqlType.DateTime => "System.DateTime",
        KqlType.TimeSpan => "System.TimeSpan",
        KqlType.Guid => "System.Guid",
        KqlType.String => "System.String",
        _ => "System.Object",
    };

    /// <summary>int, long, real or decimal.</summary>
    public static bool IsNumber(this KqlType type) => type is KqlType.Int or KqlType.Long or KqlType.Real or KqlType.Decimal;

    /// <summary>int or long.</summary>
    public static bool IsInteger(this KqlType type) => type is KqlType.Int or KqlType.Long;

    /// <summary>A number, timespan or datetime.</summary>
    public static bool IsSummable(this KqlType type) => type.IsNumber() || type is KqlType.TimeSpan or KqlType.DateTime;

    /// <summary>The type of arithmetic on two numbers: decimal over real over long; int with int is long.</summary>
    public static KqlType Widest(KqlType left, KqlType right) =>
        left == KqlType.Unknown || right == KqlType.Unknown ? KqlType.Unknown
        : left == KqlType.Decimal || right == KqlType.Decimal ? KqlType.Decimal
        : left == KqlType.Real || right == KqlType.Real ? KqlType.Real
        : KqlType.Long;

    /// <summary>Whether a value of one type is taken where another is asked for, without being written as a conversion.</summary>
    public static bool Accepts(KqlType wanted, KqlType given) =>
        wanted == given || wanted == KqlType.Unknown || given == KqlType.Unknown || given == KqlType.Dynamic || wanted switch
        {
            KqlType.Long => given == KqlType.Int,
            KqlType.Int => given == KqlType.Long,
            KqlType.Real => given is KqlType.Int or KqlType.Long or KqlType.Decimal,
            KqlType.Decimal => given is KqlType.Int or KqlType.Long or KqlType.Real,
            _ => false,
        };
}
