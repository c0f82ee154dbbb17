namespace Weir.Kql.Types;

/// <summary>The scalar types of Kusto.</summary>
public enum KqlType
{
    /// <summary>Not known: an expression that had an error; accepted everywhere, so that one error is told once.</summary>
    Unknown,

    /// <summary>true, false or null.</summary>
    Bool,

    /// <summary>32 bits, signed.</summary>
    Int,

    /// <summary>64 bits, signed; wraps on overflow.</summary>
    Long,

    /// <summary>64-bit binary floating point.</summary>
    Real,

    /// <summary>Decimal floating point.</summary>
    Decimal,

    /// <summary>100-ns ticks since 0001-01-01T00:00:00 UTC.</summary>
    DateTime,

    /// <summary>100-ns ticks, signed.</summary>
    TimeSpan,

    /// <summary>128 bits.</summary>
    Guid,

    /// <summary>Unicode text; never null.</summary>
    String,

    /// <summary>Any JSON value, or null.</summary>
    Dynamic,
}
