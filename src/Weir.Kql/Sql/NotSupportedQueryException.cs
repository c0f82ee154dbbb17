namespace Weir.Kql.Sql;

/// <summary>The plan holds something that has no SQL: the message names it and says what to use instead.</summary>
public sealed class NotSupportedQueryException : Exception
{
    /// <summary>A refusal without words; for serializers.</summary>
    public NotSupportedQueryException() { }

    /// <summary>A refusal.</summary>
    public NotSupportedQueryException(string message) : base(message) { }

    /// <summary>A refusal with its reason.</summary>
    public NotSupportedQueryException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Says that a function, operator or plugin is not supported.</summary>
    public static NotSupportedQueryException For(string what, string instead = "") =>
        new($"{what} is not supported by this server.{(instead.Length > 0 ? " " + instead : "")}");
}
